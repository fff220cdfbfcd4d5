using System.Diagnostics.CodeAnalysis;

namespace Kms.Client;

/// <summary>
/// The refreshes under way, for which nobody waits. There are no more than entries claimed and inquiries allowed, and none
/// outlives its inquiry.
/// </summary>
internal sealed class Refreshes(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Refresh> _underWay = [];

    /// <summary>Begins one; what comes of it is seen in the key table alone.</summary>
    public void Begin(Func<CancellationToken, Task> inquire)
    {
        Refresh refresh = new();
        lock (_gate) _underWay.Add(refresh);
        _ = RunAsync(refresh, inquire);
    }

    /// <summary>Waits for all that are under way now, and gives up those that are not done in time.</summary>
    public async Task SettleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Refresh[] underWay;
        lock (_gate) underWay = [.. _underWay];
        try
        {
            await Task.WhenAll(underWay.Select(refresh => refresh.Done)).WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What is given up has changed nothing; the next use of the entry tries again.
        }
        finally
        {
            foreach (Refresh refresh in underWay) refresh.GiveUp();
            await Task.WhenAll(underWay.Select(refresh => refresh.Done)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(Refresh refresh, Func<CancellationToken, Task> inquire)
    {
        try
        {
            await inquire(refresh.GivenUp).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody waits. A table that cannot be read, or a bug, meets the next caller who asks.
        }
        finally
        {
            lock (_gate) _underWay.Remove(refresh);
            refresh.End();
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "The cancellation has neither a timer nor a wait handle, and nothing is linked to it.")]
    private sealed class Refresh
    {
        private readonly CancellationTokenSource _cancellation = new();
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken GivenUp => _cancellation.Token;

        public Task Done => _done.Task;

        public void GiveUp() => _cancellation.Cancel();

        public void End() => _done.SetResult();
    }
}
