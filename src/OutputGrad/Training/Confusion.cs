namespace OutputGrad.Training;

/// <summary>Rows of one class that were predicted to be of another.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <param name="Actual">Their class.</param>
/// <param name="Predicted">The predicted one.</param>
/// <param name="Count">How many they are.</param>
public readonly record struct Confusion<TLabel>(TLabel Actual, TLabel Predicted, int Count);
