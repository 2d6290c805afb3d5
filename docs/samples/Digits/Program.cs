using Digits;
using Samples;

const string Description = "One output layer learns to read handwritten digits, and shows the slopes it learns from.";
Options options = new();
return CommandLine.Run(args, Description, options.All, values => Story.Tell(options.Seed(values), options.OutputFolder(values)));
