namespace Samples;

/// <summary>A training that goes on for as long as the caller asks for epochs.</summary>
public interface ITraining<out TEpoch>
    where TEpoch : IEpoch
{
    /// <summary>How many times it goes through the training data.</summary>
    int Epochs { get; }

    /// <summary>How many rows all epochs together learn from.</summary>
    long Rows { get; }

    /// <summary>Trains one epoch further each time the caller asks for the next element; the first is the state before training.</summary>
    /// <param name="advance">Told the number of rows after each batch.</param>
    IEnumerable<TEpoch> Run(Action<int> advance);
}
