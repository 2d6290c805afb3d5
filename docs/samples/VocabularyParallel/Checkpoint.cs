using System.Globalization;
using OutputGrad.Mpi;
using OutputGrad.Storage;

namespace VocabularyParallel;

/// <summary>
/// The layer and its optimizer's memory after a step: a file of each rank, and a marker that says that all of them are there.
/// </summary>
/// <remarks>
/// Files carry the step's number, so that those of one checkpoint never replace those of another. The marker is written after all ranks
/// have written theirs, and only then what is older is removed. So a crash at any time, also between the files of two ranks, leaves a
/// whole checkpoint with a marker, and files without one count for nothing.
/// </remarks>
internal sealed class Checkpoint
{
    private const string Prefix = "step-", Extension = ".safetensors";

    private const string RanksKey = "ranks";

    private readonly string _folder;

    private Checkpoint(string folder, int step, int ranks, IReadOnlyDictionary<string, string> recipe)
    {
        _folder = folder;
        Step = step;
        Ranks = ranks;
        Recipe = recipe;
    }

    /// <summary>After which step it was written.</summary>
    public int Step { get; }

    /// <summary>How many ranks wrote it. Any number may read it.</summary>
    public int Ranks { get; }

    /// <summary>That of the training, as text.</summary>
    public IReadOnlyDictionary<string, string> Recipe { get; }

    private string Marker => Path.Combine(_folder, $"{Prefix}{Step:D7}{Extension}");

    /// <summary>The last one in a folder that is whole, or null.</summary>
    /// <exception cref="InvalidDataException">A marker is broken.</exception>
    public static Checkpoint? Last(string folder) =>
        Files(folder).Where(file => file.IsMarker).OrderBy(file => file.Step).Select(file => Read(folder, file)).LastOrDefault();

    /// <summary>Removes all of a folder, whole or not; markers first, so that none remains without its files.</summary>
    public static void RemoveAll(string folder) => Remove(Files(folder));

    /// <summary>Writes one. All ranks do, after the same step.</summary>
    public static Checkpoint Save(MpiCommunicator world, Settings settings, Shard shard, int step)
    {
        Checkpoint checkpoint = new(settings.Folder, step, world.Size, settings.Recipe.Text);
        SafetensorsFile.Save(checkpoint.PathOf(world.Rank), shard.Tensors());
        world.Barrier();
        if (world.Rank == 0)
        {
            Dictionary<string, string> facts = new(checkpoint.Recipe)
            {
                [RanksKey] = world.Size.ToString(CultureInfo.InvariantCulture),
            };
            SafetensorsFile.Save(checkpoint.Marker, [], facts);

            // other ranks may be writing the next one already
            string[] own = [checkpoint.Marker, .. Enumerable.Range(0, world.Size).Select(checkpoint.PathOf)];
            Remove(Files(settings.Folder).Where(file => file.Step <= step && !own.Contains(file.Path)));
        }

        return checkpoint;
    }

    /// <summary>The file of one of its ranks.</summary>
    public string PathOf(int rank) => Path.Combine(_folder, $"{Prefix}{Step:D7}.rank-{rank}-of-{Ranks}{Extension}");

    /// <summary>A shard as it was, whichever ranks wrote its classes.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is broken.</exception>
    public Shard Load(ClassRange classes, Recipe recipe)
    {
        Shard shard = new(classes, recipe.Features);
        for (int rank = 0; rank < Ranks; rank++)
        {
            ClassRange others = ClassRange.Of(recipe.Classes, rank, Ranks);
            if (others.Intersect(classes).Count > 0)
            {
                using SafetensorsFile file = SafetensorsFile.Open(PathOf(rank));
                shard.Read(file, others);
            }
        }

        return shard;
    }

    private static Checkpoint Read(string folder, CheckpointFile marker)
    {
        using SafetensorsFile file = SafetensorsFile.Open(marker.Path);
        return file.Metadata.TryGetValue(RanksKey, out string? text)
            && int.TryParse(text, CultureInfo.InvariantCulture, out int ranks) && ranks > 0
            ? new Checkpoint(folder, marker.Step, ranks, file.Metadata)
            : throw new InvalidDataException($"'{marker.Path}' does not say how many ranks wrote the checkpoint.");
    }

    private static void Remove(IEnumerable<CheckpointFile> files)
    {
        foreach (CheckpointFile file in files.OrderByDescending(file => file.IsMarker).ToList())
        {
            File.Delete(file.Path);
        }
    }

    private static IEnumerable<CheckpointFile> Files(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}"))
        {
            string[] parts = Path.GetFileName(path)[Prefix.Length..^Extension.Length].Split('.');
            if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            {
                yield return new CheckpointFile(path, step, IsMarker: parts.Length == 1);
            }
        }
    }

    private readonly record struct CheckpointFile(string Path, int Step, bool IsMarker);
}
