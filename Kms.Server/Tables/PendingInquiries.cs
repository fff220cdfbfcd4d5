using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The inquiries of this KMS's own that are under way, by question (hosts that ask the same wait for one) and by id (deliveries find
/// theirs). Bounded, and each ends by its deadline.
/// </summary>
internal sealed class PendingInquiries(TimeProvider time, RandomFill random) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<KeyQuestion, PendingInquiry> _byQuestion = [];
    private readonly Dictionary<InquiryId, PendingInquiry> _byId = [];
    private bool _disposed;

    public int Count
    {
        get { lock (_lock) return _byId.Count; }
    }

    /// <summary>The inquiry under way for a question, or null.</summary>
    public PendingInquiry? Find(KeyQuestion question)
    {
        lock (_lock) return _byQuestion.GetValueOrDefault(question);
    }

    /// <summary>The inquiry with that id, or null.</summary>
    public PendingInquiry? Find(InquiryId id)
    {
        lock (_lock) return _byId.GetValueOrDefault(id);
    }

    /// <summary>Joins the inquiry under way for a question, or opens one.</summary>
    /// <param name="question">The question.</param>
    /// <param name="asked">The neighbour that is to be asked; only it may bring a refusal back.</param>
    /// <param name="key">The key that is put up for signature, or null.</param>
    /// <param name="due">How long the inquiry may take.</param>
    /// <param name="capacity">The bound.</param>
    /// <param name="isNew">Whether it was opened: then the caller sends it.</param>
    /// <returns>Null when there are too many.</returns>
    public PendingInquiry? JoinOrOpen(KeyQuestion question, DomainName asked, PublicKey? key, TimeSpan due, int capacity, out bool isNew)
    {
        lock (_lock)
        {
            isNew = false;
            if (_byQuestion.TryGetValue(question, out PendingInquiry? under)) return under;
            if (_byId.Count >= capacity) return null;
            PendingInquiry pending = new(NewId(), question, asked, key);
            if (_disposed)
            {
                pending.TryEnd(new Outcome.TimedOut()); // too late, which is no limit to tell of
                return pending;
            }
            _byQuestion.Add(question, pending);
            _byId.Add(pending.Id, pending);
            pending.Deadline = time.CreateTimer(_ => End(pending, new Outcome.TimedOut()), null, due, Timeout.InfiniteTimeSpan);
            isNew = true;
            return pending;
        }
    }

    /// <summary>Ends an inquiry; the first end counts.</summary>
    public bool End(PendingInquiry pending, Outcome outcome)
    {
        lock (_lock)
        {
            if (!_byId.Remove(pending.Id)) return false;
            _byQuestion.Remove(pending.Question);
            pending.Deadline?.Dispose();
        }
        return pending.TryEnd(outcome);
    }

    /// <summary>Ends every inquiry; those that come later have ended when they are opened.</summary>
    public void Dispose()
    {
        PendingInquiry[] left;
        lock (_lock)
        {
            _disposed = true;
            left = [.. _byId.Values];
        }
        foreach (PendingInquiry pending in left) End(pending, new Outcome.TimedOut());
    }

    private InquiryId NewId()
    {
        Span<byte> bytes = stackalloc byte[InquiryId.Size];
        random(bytes);
        return new InquiryId(bytes);
    }
}
