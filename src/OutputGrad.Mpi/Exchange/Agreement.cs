using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// What every rank says before an exchange whose size depends on the caller: so many bytes of facts, or that it has failed. All ranks go
/// on, or all of them throw.
/// </summary>
/// <typeparam name="TFacts">The facts, the same type in all ranks.</typeparam>
internal struct Agreement<TFacts>
    where TFacts : unmanaged
{
    private TFacts _facts;
    private bool _hasFailed;
    private FailureText _text;

    /// <summary>The facts of all ranks, in their order.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="facts">This rank's.</param>
    /// <param name="failure">What went wrong in this rank; thrown again once the others know.</param>
    /// <exception cref="InvalidOperationException">Something went wrong in another rank; the message says what.</exception>
    public static TFacts[] Share(MpiCommunicator ranks, TFacts facts, ExceptionDispatchInfo? failure = null)
    {
        Agreement<TFacts>[] all = new Agreement<TFacts>[ranks.Size];
        Agreement<TFacts> mine = new() { _facts = facts, _hasFailed = failure is not null };
        mine._text.Write(failure?.SourceException.Message);
        if (ranks.Size > 1)
        {
            ranks.GatherAll<Agreement<TFacts>>([mine], all);
        }
        else
        {
            all[0] = mine;
        }

        failure?.Throw();
        for (int rank = 0; rank < all.Length; rank++)
        {
            if (all[rank]._hasFailed)
            {
                throw new InvalidOperationException($"Rank {rank} could not do its part, and so no rank goes on: {all[rank]._text.Read()}");
            }
        }

        return Array.ConvertAll(all, other => other._facts);
    }

    /// <summary>The beginning of a message in UTF-8, up to a zero.</summary>
    [InlineArray(Bytes)]
    private struct FailureText
    {
        private const int Bytes = 240;
        private byte _first;

        public void Write(string? message) => Encoding.UTF8.GetEncoder().Convert(
            message, ((Span<byte>)this)[..(Bytes - 1)], flush: true, out _, out _, out _);

        public readonly string Read()
        {
            ReadOnlySpan<byte> bytes = this;
            return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
        }
    }
}
