using System.Globalization;
using NextWord;

// Numbers read the same everywhere.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return new CommandLine(Story.Tell).Invoke(args);
