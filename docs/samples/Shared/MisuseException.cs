namespace Samples;

/// <summary>An option's value is well formed, but the sample cannot work with it: a file that is not there, for example.</summary>
public sealed class MisuseException(string message, Exception? reason = null) : Exception(message, reason);
