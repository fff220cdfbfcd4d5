using System.Diagnostics.CodeAnalysis;

namespace Kms.Client;

/// <summary>One inquiry under way, and how many wait for it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation has neither a timer nor a wait handle, and nothing is linked to it.")]
internal sealed class SharedInquiry
{
    private readonly CancellationTokenSource _cancellation = new();

    // A caller goes on in a place of its own: it must not hold up the others, or the thread that brought the answer.
    private readonly TaskCompletionSource<KeyResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many wait; guarded by the lock of <see cref="SharedInquiries"/>.</summary>
    public int Waiting { get; set; }

    public Task<KeyResult> Result => _result.Task;

    public CancellationToken Cancelled => _cancellation.Token;

    public void End(KeyResult result) => _result.TrySetResult(result);

    public void End(Exception exception)
    {
        if (exception is OperationCanceledException) _result.TrySetCanceled();
        else _result.TrySetException(exception);
    }

    public void Cancel() => _cancellation.Cancel();
}
