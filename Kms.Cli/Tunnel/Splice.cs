using System.Buffers;

namespace Kms.Cli;

/// <summary>Passes on what two ends send each other until both have ended, or one is cut.</summary>
internal static class Splice
{
    /// <summary>Runs until both directions have ended.</summary>
    /// <exception cref="IOException">A connection was cut; neither is of use any more.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task RunAsync(ITunnelEnd one, ITunnelEnd other, CancellationToken cancellationToken)
    {
        using CancellationTokenSource cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] directions = [PassAsync(one, other, cut), PassAsync(other, one, cut)];
        await Task.WhenAll(directions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // One that failed has cancelled its sibling, which knows nothing of why.
        await (directions.FirstOrDefault(direction => direction.IsFaulted) ?? Task.WhenAll(directions));
    }

    private static async Task PassAsync(ITunnelEnd from, ITunnelEnd to, CancellationTokenSource cut)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(TunnelLimits.BufferSize);
        try
        {
            while (await from.ReadAsync(buffer, cut.Token) is > 0 and int read) await to.WriteAsync(buffer.AsMemory(0, read), cut.Token);
            await to.EndWritingAsync();
        }
        catch
        {
            await cut.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
