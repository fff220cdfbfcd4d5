using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// The inquiries under way: callers who ask the same share one. It belongs to all who wait and to none in particular;
/// when the last of them has gone, it is cancelled, so that nothing outlives its callers.
/// </summary>
/// <param name="maximum">The most inquiries at once.</param>
internal sealed class SharedInquiries(int maximum)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KeyQuestion, SharedInquiry> _underWay = [];

    /// <summary>Joins the inquiry for a question, or begins it.</summary>
    /// <param name="question">The question.</param>
    /// <param name="begin">Makes the inquiry; called where none is under way.</param>
    /// <param name="cancellationToken">Ends this caller's wait alone.</param>
    /// <returns>What came of it, or null where the limit is reached and it was not begun.</returns>
    public async Task<KeyResult?> AskAsync(
        KeyQuestion question, Func<CancellationToken, Task<KeyResult>> begin, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SharedInquiry? inquiry;
        bool first;
        lock (_gate)
        {
            first = !_underWay.TryGetValue(question, out inquiry);
            if (inquiry is null)
            {
                if (_underWay.Count >= maximum) return null;
                inquiry = new SharedInquiry();
                _underWay.Add(question, inquiry);
            }
            inquiry.Waiting++;
        }
        if (first) _ = RunAsync(question, inquiry, begin);
        try
        {
            return await inquiry.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(question, inquiry);
        }
    }

    private async Task RunAsync(KeyQuestion question, SharedInquiry inquiry, Func<CancellationToken, Task<KeyResult>> begin)
    {
        try
        {
            KeyResult result = await begin(inquiry.Cancelled).ConfigureAwait(false);
            Remove(question, inquiry);
            inquiry.End(result);
        }
        catch (Exception e)
        {
            // A bug, or trouble with a table on disk: whoever waits is told, as if each had asked alone.
            Remove(question, inquiry);
            inquiry.End(e);
        }
    }

    private void Leave(KeyQuestion question, SharedInquiry inquiry)
    {
        lock (_gate)
        {
            if (--inquiry.Waiting > 0) return;
            Remove(question, inquiry); // under the same lock: nobody joins what is about to be cancelled
        }
        inquiry.Cancel();
    }

    private void Remove(KeyQuestion question, SharedInquiry inquiry)
    {
        lock (_gate)
        {
            if (_underWay.TryGetValue(question, out SharedInquiry? present) && present == inquiry) _underWay.Remove(question);
        }
    }
}
