using System.Globalization;
using Interop;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;
using TorchSharp;
using static TorchSharp.torch;

namespace OutputGrad.Peers;

/// <summary>A model of libtorch with this library's last layer, a function of autograd, against one that is all libtorch's.</summary>
internal sealed class TorchAutogradComparison : IComparison
{
    private const int Rows = 256, Inputs = 64, Features = 128, Classes = 1000;

    // A gradient is a sum of up to 256 rows or 1000 classes in another order; 1e-5 of the largest is some 80 roundings of it.
    private const double MostApart = 1e-5;

    public string Name => "torch-autograd";

    public string Title => "Linear, ReLU and a head, by TorchSharp's autograd: our head against linear and cross_entropy";

    public IEnumerable<ComparisonCase> Cases => [ComparisonCase.Of<float>($"{Rows}x{Features}x{Classes}", 3, Measure)];

    private static List<Finding> Measure(TimeSpan budget)
    {
        int threads = Environment.ProcessorCount;   // ours takes all
        set_num_threads(threads);
        random.manual_seed(1);
        using DisposeScope scope = NewDisposeScope();
        TorchSharp.Modules.Linear below = nn.Linear(Inputs, Features), head = nn.Linear(Features, Classes);
        Tensor batch = randn(Rows, Inputs), targets = randint(0, Classes, Rows);
        (string Name, Tensor Parameter)[] parameters =
        [
            ("the weights below", below.weight), ("the bias below", below.bias!),
            ("the head's weights", head.weight), ("the head's bias", head.bias!),
        ];

        float theirLoss = Backward(Theirs), ourLoss;
        float[][] theirs = Gradients();
        ourLoss = Backward(Ours);
        float[][] ours = Gradients();
        Agreement.RequireLoss<float>(ourLoss, theirLoss);

        Contestant us = new("the model with our head", () => Backward(Ours)) { Rest = Alternation.OtherThreadsRest };
        Contestant them = new("libtorch", () => Backward(Theirs)) { Rest = Alternation.OtherThreadsRest };
        Timings timings = Alternation.Measure(budget, us, them);
        return
        [
            .. parameters.Select((parameter, i) => Apart(threads, parameter.Name, ours[i], theirs[i])),
            Finding.TimeRatio(threads, them, us, timings),
        ];

        Tensor Hidden() => nn.functional.relu(below.forward(batch));

        // Twice the loss: what comes from above must reach every gradient.
        Tensor Theirs() => nn.functional.cross_entropy(head.forward(Hidden()), targets) * 2;

        Tensor Ours() => TorchHead.Loss(Hidden(), head.weight, head.bias!, targets) * 2;

        float[][] Gradients() => [.. parameters.Select(parameter => parameter.Parameter.grad!.data<float>().ToArray())];

        float Backward(Func<Tensor> loss)
        {
            using DisposeScope step = NewDisposeScope();
            foreach ((_, Tensor parameter) in parameters)
            {
                parameter.grad = null;
            }

            Tensor value = loss();
            value.backward();
            return value.item<float>();
        }
    }

    private static Finding Apart(int threads, string name, float[] ours, float[] theirs)
    {
        double largest = theirs.Max(Math.Abs);
        double apart = ours.Zip(theirs, (our, their) => Math.Abs((double)our - their)).Max() / largest;
        return new Finding(threads, $"gradient of {name}, largest difference / largest", apart)
        {
            Text = apart.ToString("0.0e+0", CultureInfo.InvariantCulture),
        }.AtMost(MostApart);
    }
}
