using System.Globalization;
using Digits;

// Numbers read the same everywhere, in the text and in the pictures.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return new CommandLine(Story.Tell).Invoke(args);
