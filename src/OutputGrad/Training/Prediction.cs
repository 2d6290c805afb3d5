namespace OutputGrad.Training;

/// <summary>A label and how likely it is.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <param name="Label">The label.</param>
/// <param name="Probability">Its probability, from 0 to 1; NaN where the features have a NaN.</param>
public readonly record struct Prediction<TLabel>(TLabel Label, float Probability);
