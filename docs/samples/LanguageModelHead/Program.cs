using LanguageModelHead;
using Samples;

const string Description =
    "Scores a text's tokens with the output layer of a language model, read where it lies in a safetensors file. "
    + "Without a file it draws a head of a small model's shape.";
Options options = new();
return CommandLine.Run(args, Description, options.All, values => Story.Tell(options.Settings(values)));
