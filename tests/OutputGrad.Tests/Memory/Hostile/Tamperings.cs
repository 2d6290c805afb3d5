using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Memory.GuardPages;
using Xunit;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>
/// The calls that <see cref="TamperedSpans"/> has made in a process of their own. Each kind is announced on the error stream.
/// </summary>
public abstract class Tamperings<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Few rows in one block of classes and in several, a tile of rows, and several chunks of them.</summary>
    private static readonly (int Rows, int Features, int Classes, bool IsTight)[] Shapes =
        [(1, 5, 9, false), (4, 7, 1_030, false), (65, 8, 13, false), (65, 8, 600, true)];

    /// <summary>Those that take row indices.</summary>
    private static readonly HostileEntryPoint[] LayerEntryPoints =
        [.. Enum.GetValues<HostileEntryPoint>().Except([HostileEntryPoint.SoftmaxLoss, HostileEntryPoint.SoftmaxLossAndGradient])];

    /// <summary>Class weights that write targets or give another span when it is taken for the first time, the second, and so on.</summary>
    [Fact(Explicit = true)]
    public void ClassWeights() => Run(6, Enum.GetValues<HostileEntryPoint>(), (call, entryPoint, when, tally) =>
    {
        Memory<double> weights = call.Arrays.ClassWeights;
        foreach (Func<Memory<double>> tamper in Ways(call, weights, when))
        {
            call.Restore();
            call.Options = call.Options with { ClassWeights = new TamperingMemory<double>(weights, when, tamper).Untaken };
            tally.Add(() => call.Run(entryPoint));
        }
    });

    /// <summary>The same where what is wild is an index of rows, and the rows are picked by index.</summary>
    [Fact(Explicit = true)]
    public void RowIndicesThroughClassWeights() => Run(6, LayerEntryPoints, (call, entryPoint, when, tally) =>
    {
        Memory<double> weights = call.Arrays.ClassWeights;
        foreach (int wild in WildIndices(call))
        {
            call.Restore();
            call.HasRowIndices = true;
            call.Options = call.Options with { ClassWeights = new TamperingMemory<double>(weights, when, Tamper).Untaken };
            tally.Add(() => call.Run(entryPoint));

            Memory<double> Tamper()
            {
                call.Arrays.RowIndices.Span[when % call.Arrays.RowIndices.Length] = wild;
                return weights;
            }
        }
    });

    [Fact(Explicit = true)]
    public void VelocityOfMomentum() => RunSteps(12, (call, velocity) => call.Step(new Momentum<T>(.1, velocity)));

    [Fact(Explicit = true)]
    public void FirstMomentOfAdamW() =>
        RunSteps(12, (call, moment) => call.Step(new AdamW<T>(.1, moment, call.Arrays.SecondMoment, step: 1)));

    [Fact(Explicit = true)]
    public void SecondMomentOfAdamW() =>
        RunSteps(12, (call, moment) => call.Step(new AdamW<T>(.1, call.Arrays.FirstMoment, moment, step: 1)));

    /// <summary>An optimizer of the caller's own that writes a target whenever it is handed a block of parameters.</summary>
    [Fact(Explicit = true)]
    public void OwnOptimizer() => Run(1, [HostileEntryPoint.Step], (call, _, _, tally) =>
    {
        foreach (int wild in WildTargets(call.Classes))
        {
            call.Restore();
            tally.Add(() => call.Step(new IndexWriter(call.Targets, wild)));
            tally.Add(() => call.Step(new IndexWriter(call.Targets, wild)));
        }
    });

    /// <summary>The same with an index of rows.</summary>
    [Fact(Explicit = true)]
    public void OwnOptimizerOfRowsByIndex() => Run(1, [HostileEntryPoint.Step], (call, _, _, tally) =>
    {
        foreach (int wild in WildIndices(call))
        {
            call.Restore();
            call.HasRowIndices = true;
            tally.Add(() => call.Step(new IndexWriter(call.Arrays.RowIndices, wild)));
            tally.Add(() => call.Step(new IndexWriter(call.Arrays.RowIndices, wild)));
        }
    });

    /// <summary>Steps whose optimizer's memory is another one once, which may also be one that the call has for another purpose.</summary>
    private static void RunSteps(int takings, Action<HostileCall<T>, Memory<T>> step) =>
        Run(takings, [HostileEntryPoint.Step], (call, _, when, tally) =>
        {
            Memory<T> state = call.Arrays.FirstMoment.ToArray();
            Memory<int> targets = call.Targets;
            Memory<T> aroundTargets = Around(call);
            Func<Memory<T>>[] ofTheCall = [() => call.Arrays.Weights, () => call.Arrays.Hidden, () => aroundTargets];
            foreach (Func<Memory<T>> tamper in Ways(call, state, when).Concat(ofTheCall))
            {
                call.Restore();
                tally.Add(() => step(call, new TamperingMemory<T>(state, when, tamper).Untaken));
            }

            call.Arrays.Targets = targets;
        });

    /// <summary>Lays the call's targets into memory that has room for an optimizer's numbers; returns all of it.</summary>
    private static Memory<T> Around(HostileCall<T> call)
    {
        Memory<T> numbers = GC.AllocateArray<T>(call.Arrays.FirstMoment.Length + call.Targets.Length, pinned: true);
        call.Arrays.Targets = new SpanMemory<int>(MemoryMarshal.Cast<T, int>(numbers.Span)[..call.Targets.Length]).Memory;
        return numbers;
    }

    /// <summary>Every kind of call, with what is to happen at every taking of a span.</summary>
    private static void Run(int takings, HostileEntryPoint[] entryPoints, Action<HostileCall<T>, HostileEntryPoint, int, HostileTally> run)
    {
        HostileTally tally = new();
        foreach ((int rows, int features, int classes, bool isTight) in Shapes)
        {
            using HostileCall<T> call = new(rows, features, classes, Edge.Back);
            foreach (HostileEntryPoint entryPoint in entryPoints)
            {
                call.Options = new() { LabelSmoothing = classes % 2 == 0 ? 0 : .1 };
                CrossEntropyOptions options = isTight
                    ? call.Options with { MaxWorkspaceBytes = call.LeastWorkspace(entryPoint) }
                    : call.Options;
                for (int when = 1; when <= takings; when++)
                {
                    Console.Error.WriteLine($"{TamperedSpans.Announcement}{call.Shape}, {entryPoint}, taking {when}");
                    call.Options = options;
                    run(call, entryPoint, when, tally);
                }
            }
        }

        Console.Out.WriteLine($"{HostileTally.Announcement}{tally}");
    }

    /// <summary>What may happen when a span is taken: wild targets, fewer numbers, none, more, or others.</summary>
    private static IEnumerable<Func<Memory<TItem>>> Ways<TItem>(HostileCall<T> call, Memory<TItem> actual, int when)
    {
        foreach (int wild in WildTargets(call.Classes))
        {
            yield return () =>
            {
                call.Targets.Span[when % call.Targets.Length] = wild;
                return actual;
            };
            yield return () =>
            {
                call.Targets.Span.Fill(wild);
                return actual;
            };
        }

        yield return () => actual[..^1];
        yield return () => default;
        yield return () => new TItem[actual.Length + 100];
        yield return () => new TItem[actual.Length];
    }

    private static int[] WildTargets(int classes) =>
        [int.MaxValue, int.MinValue, -1, 500_000_000, classes, new CrossEntropyOptions().IgnoreIndex];

    private static int[] WildIndices(HostileCall<T> call) => [int.MaxValue, int.MinValue, -1, 500_000_000, call.Targets.Length];

    private readonly struct IndexWriter(Memory<int> indices, int wild) : IWeightUpdate<T>
    {
        public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index) => indices.Span[^1] = wild;
    }
}

public sealed class TamperingsInFloat : Tamperings<float>;

public sealed class TamperingsInDouble : Tamperings<double>;
