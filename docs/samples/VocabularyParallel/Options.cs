using System.CommandLine;
using Samples;

namespace VocabularyParallel;

/// <summary>The sample's options.</summary>
internal sealed class Options
{
    private readonly NumberOption<int> _classes = new("--classes", ClassRange.Unit, 1_000_000)
    {
        Description = $"The layer's classes, which are cut at multiples of {ClassRange.Unit}, at least one of these for each rank",
        DefaultValueFactory = _ => 8192,
    };

    private readonly NumberOption<int> _features = new("--features", 1, 16_384)
    {
        Description = "The layer's features",
        DefaultValueFactory = _ => 64,
    };

    private readonly NumberOption<int> _rows = new("--rows", 1, 65_536)
    {
        Description = "The rows of a batch",
        DefaultValueFactory = _ => 256,
    };

    private readonly NumberOption<double> _rate = new("--rate", 0, 1)
    {
        Description = "The learning rate of AdamW",
        DefaultValueFactory = _ => 0.02,
    };

    private readonly NumberOption<int> _steps = new("--steps", 1, 1_000_000)
    {
        Description = "After how many steps the training ends",
        DefaultValueFactory = _ => 100,
    };

    private readonly NumberOption<int> _saveEvery = new("--save-every", 1, 1_000_000)
    {
        Description = "After how many steps a checkpoint is written each time; one is always written at the end",
        DefaultValueFactory = _ => 25,
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from the last checkpoint in the folder; without this, a new training replaces what is there",
    };

    private readonly NumberOption<int> _check = new("--check", 0, 65_536)
    {
        Description = "How many rows to compute again by the undivided layer, in every rank",
        DefaultValueFactory = _ => 64,
    };

    private readonly OutputOption _output = new("vocabulary-parallel")
    {
        Description = "The folder of the checkpoints, one that all ranks see, made if it is not there",
    };

    private readonly NumberOption<int> _threads = new("--threads", 1, 1024)
    {
        Description = "The most threads of each rank; no number but times depends on it",
        DefaultValueFactory = _ => 1,
    };

    public IEnumerable<Option> All =>
        [_classes, _features, _rows, _rate, _steps, _saveEvery, _resume, _check, _output, _threads];

    /// <exception cref="MisuseException">
    /// There are too many ranks or too large a shard, no folder, or no checkpoint that the training can go on from.
    /// </exception>
    public Settings Settings(ParseResult values, int ranks)
    {
        Recipe recipe = new(
            values.GetRequiredValue(_classes),
            values.GetRequiredValue(_features),
            values.GetRequiredValue(_rows),
            values.GetRequiredValue(_rate));
        int units = ClassRange.Units(recipe.Classes);
        if (units < ranks)
        {
            throw new MisuseException(
                $"Option '{_classes.Name}': {recipe.Classes} classes are enough for {units} ranks, not for {ranks}.");
        }

        long numbers = (long)ClassRange.Of(recipe.Classes, 0, 1).Count * (recipe.Features + 1);
        if (numbers > Array.MaxLength)
        {
            throw new MisuseException(
                $"Options '{_classes.Name}' and '{_features.Name}': {numbers} numbers of the whole layer are more than one array, for the "
                + "check against it, can have.");
        }

        int steps = values.GetRequiredValue(_steps);
        string folder = _output.Folder(values);
        return new Settings
        {
            Recipe = recipe,
            Steps = steps,
            SaveEvery = values.GetRequiredValue(_saveEvery),
            Folder = folder,
            Resumed = values.GetValue(_resume) ? Resumed(folder, recipe, steps) : null,
            Check = values.GetRequiredValue(_check),
            Threads = values.GetRequiredValue(_threads),
        };
    }

    private Checkpoint Resumed(string folder, Recipe recipe, int steps) => NamedFile.Use(_resume.Name, folder, () =>
    {
        Checkpoint checkpoint = Checkpoint.Last(folder) ?? throw new InvalidDataException("It has no checkpoint.");
        foreach ((string option, string value) in recipe.Text)
        {
            if (checkpoint.Recipe.GetValueOrDefault(option) is string other && other != value)
            {
                throw new InvalidDataException($"Its checkpoint is of a run with {option} {other}, not {value}.");
            }
        }

        return checkpoint.Step <= steps
            ? checkpoint
            : throw new InvalidDataException($"Its checkpoint is of step {checkpoint.Step}, after the last one of {steps}.");
    });
}
