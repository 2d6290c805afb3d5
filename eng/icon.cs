#:package SkiaSharp@3.119.4
#:package SkiaSharp.NativeAssets.Linux.NoDependencies@3.119.4
#:property ManagePackageVersionsCentrally=false
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// Draws the package's icon next to this file: `dotnet run eng/icon.cs`.
// It is the library's formula as a picture: a column of residuals g, a row of hidden values h, and their outer product between them.
// The one orange row is the true class: its residual p - 1 is negative, all others are p. The column sums to zero, as residuals do.
using SkiaSharp;

float[] residual = [0.42f, 0.12f, -0.72f, 0.18f];
float[] hidden = [0.40f, 1.00f, 0.62f, 0.15f];

const int Side = 128;
const float Margin = 10.5f, Cell = 18, Gap = 3.5f, VectorGap = 6.5f, Corner = 4;

SKColor background = new(0x14, 0x1B, 0x33);
SKColor zero = new(0x26, 0x31, 0x54);
SKColor positive = new(0x4F, 0xD8, 0xE8);
SKColor negative = new(0xFF, 0x8A, 0x3D);
SKColor plain = new(0xE9, 0xEE, 0xFB);

using SKBitmap bitmap = new(Side, Side);
using SKCanvas canvas = new(bitmap);
canvas.Clear(SKColors.Transparent);
Fill(new SKRect(0, 0, Side, Side), 24, background);

for (int feature = 0; feature < hidden.Length; feature++)
{
    Square(column: feature + 1, row: 0, Blend(zero, plain, hidden[feature]));
}

for (int row = 0; row < residual.Length; row++)
{
    Square(column: 0, row + 1, Slope(residual[row]));
    for (int feature = 0; feature < hidden.Length; feature++)
    {
        Square(feature + 1, row + 1, Slope(residual[row] * hidden[feature]));
    }
}

using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
using FileStream file = File.Create(Path.Combine(ThisFolder(), "icon.png"));
png.SaveTo(file);

SKColor Slope(float value) => Blend(zero, value < 0 ? negative : positive, MathF.Pow(MathF.Abs(value / residual.Min()), 0.7f));

// The vectors are column 0 and row 0, a little apart from the matrix.
void Square(int column, int row, SKColor color)
{
    float x = Offset(column), y = Offset(row);
    Fill(new SKRect(x, y, x + Cell, y + Cell), Corner, color);
}

static float Offset(int index) => Margin + index * (Cell + Gap) + (index > 0 ? VectorGap - Gap : 0);

void Fill(SKRect rectangle, float corner, SKColor color)
{
    using SKPaint paint = new() { Color = color, IsAntialias = true };
    canvas.DrawRoundRect(rectangle, corner, corner, paint);
}

static SKColor Blend(SKColor from, SKColor to, float share)
{
    byte Mix(byte a, byte b) => (byte)MathF.Round(a + (b - a) * share);
    return new SKColor(Mix(from.Red, to.Red), Mix(from.Green, to.Green), Mix(from.Blue, to.Blue));
}

// not the caller's path, which builds in CI hide
static string ThisFolder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
