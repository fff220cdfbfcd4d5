using Kms.Server;

namespace KmsApp;

/// <summary>What is known of a neighbour. Each change of it is said once.</summary>
internal sealed class NeighbourState(Neighbour neighbour)
{
    private int _lastCode = NoCode;
    private int _isSilent;
    private int _refuses;
    private volatile bool _hasAnswered;

    private const int NoCode = -1;

    /// <summary>The neighbour.</summary>
    public Neighbour Neighbour { get; } = neighbour;

    /// <summary>The response code of what came from it last without an acknowledgement, or null.</summary>
    public Kms.Protocol.DnsResponseCode? LastCode
    {
        get => Volatile.Read(ref _lastCode) is var code and not NoCode ? (Kms.Protocol.DnsResponseCode)code : null;
        set => Volatile.Write(ref _lastCode, value is { } code ? (int)code : NoCode);
    }

    /// <summary>Whether it has been said that it does not answer.</summary>
    public bool IsSilent => Volatile.Read(ref _isSilent) != 0;

    /// <summary>Whether it has been said that it refuses.</summary>
    public bool Refuses => Volatile.Read(ref _refuses) != 0;

    /// <summary>Its state, in words.</summary>
    public string Words =>
        Neighbour.Keys.IsEmpty ? "waits for its public key"
        : IsSilent ? "does not answer"
        : Refuses ? "refuses what this KMS asks"
        : _hasAnswered ? "answers" : "not asked yet";

    /// <summary>The same neighbour in another configuration: what is known of it stays.</summary>
    public NeighbourState As(Neighbour other) => new(other) { _lastCode = _lastCode, _isSilent = _isSilent, _refuses = _refuses, _hasAnswered = _hasAnswered };

    /// <summary>It acknowledged. True where it had been said that it does not.</summary>
    public bool Answered()
    {
        _hasAnswered = true;
        LastCode = null;
        return Interlocked.Exchange(ref _isSilent, 0) != 0;
    }

    /// <summary>It is being said that it does not answer. True for the first who says it.</summary>
    public bool SaySilent() => Interlocked.Exchange(ref _isSilent, 1) == 0;

    /// <summary>It did what it was asked. True where it had been said that it refuses.</summary>
    public bool Obliged() => Interlocked.Exchange(ref _refuses, 0) != 0;

    /// <summary>It is being said that it refuses. True for the first who says it.</summary>
    public bool SayRefuses() => Interlocked.Exchange(ref _refuses, 1) == 0;
}
