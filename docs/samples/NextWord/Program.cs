using NextWord;
using Samples;

const string Description = "A small model learns to predict the next word of a text, and shows what its output layer takes.";
Options options = new();
return CommandLine.Run(args, Description, options.All, values => Story.Tell(options.Corpus(values), options.Settings(values)));
