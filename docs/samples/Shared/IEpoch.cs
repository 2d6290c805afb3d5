namespace Samples;

/// <summary>How a model does after so many times through its training data.</summary>
public interface IEpoch
{
    /// <summary>How many times; 0 is before training.</summary>
    int Number { get; }

    /// <summary>How it does, in a few words and numbers.</summary>
    string Summary { get; }
}
