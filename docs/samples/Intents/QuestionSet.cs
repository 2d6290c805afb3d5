using System.IO.Compression;
using nietras.SeparatedValues;
using Samples;

namespace Intents;

/// <summary>BANKING77: questions to a bank, each with its intent. See data/README.md.</summary>
internal static class QuestionSet
{
    /// <summary>No intent has more questions.</summary>
    public const int MostPerIntent = 187;

    /// <summary>
    /// Every so many questions one is held out for calibration. The questions stand in the order of their intents, so each has its share.
    /// </summary>
    public const int HeldOutEvery = 10;

    public static Question[] Training(int perIntent) => Read("banking77-train.csv.gz", perIntent);

    public static Question[] Test(int perIntent) => Read("banking77-test.csv.gz", perIntent);

    public static bool IsHeldOut(int question) => question % HeldOutEvery == HeldOutEvery - 1;

    private static Question[] Read(string name, int perIntent)
    {
        using Stream file = EmbeddedFile.Open(typeof(QuestionSet), name);
        using GZipStream text = new(file, CompressionMode.Decompress);
        using SepReader rows = Sep.New(',').Reader(options => options with { Unescape = true }).From(text);
        List<Question> questions = [];
        foreach (SepReader.Row row in rows)
        {
            questions.Add(new(row["text"].ToString(), row["category"].ToString()));
        }

        return [.. questions.GroupBy(question => question.Intent).SelectMany(intent => intent.Take(perIntent))];
    }
}
