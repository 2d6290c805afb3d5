using Intents;
using Microsoft.Extensions.AI;
using Samples;

const string Description = "A classifier over an encoder's embeddings learns which of 77 intents a question to a bank has.";
Options options = new();
return CommandLine.Run(args, Description, options.All, values =>
{
    Settings settings = options.Settings(values);
    using IEmbeddingGenerator<string, Embedding<float>> encoder = new MiniLmEncoder();
    Story.Tell(encoder, settings);
});
