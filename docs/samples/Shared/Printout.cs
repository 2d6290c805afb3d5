namespace Samples;

/// <summary>What a sample says: titles with plain lines below them, which read the same in a terminal and in a file.</summary>
public static class Printout
{
    public static void Title(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
    }

    public static void Line(string text) => Console.WriteLine("  " + text);
}
