namespace Intents;

/// <summary>A question to the bank.</summary>
/// <param name="Text">What the customer wrote.</param>
/// <param name="Intent">What the customer wants.</param>
internal sealed record Question(string Text, string Intent);
