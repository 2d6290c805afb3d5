using ScottPlot;
using SkiaSharp;

namespace Samples.Pictures;

/// <summary>Puts the font that the program carries into the pictures: a server may have none, and then text would be missing.</summary>
public sealed class PictureFont : IFontResolver
{
    // A name that no installed font has, so that the pictures are the same on every machine.
    private const string Name = "Samples DejaVu Sans";

    /// <summary>Makes this font the one that every plot uses.</summary>
    public static void Use()
    {
        if (Fonts.Default != Name)
        {
            Fonts.FontResolvers.Insert(0, new PictureFont());
            Fonts.Default = Name;
        }
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, bold: weight >= FontWeight.Bold, italic: false);

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName == Name ? SKTypeface.FromStream(EmbeddedFile.Open(typeof(PictureFont), bold ? "bold.ttf" : "regular.ttf")) : null;
}
