using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// What came of asking for a key: <see cref="KeyFound"/>, <see cref="KeyAbsent"/>, <see cref="KeyRefused"/>,
/// <see cref="KeyFailed"/>, <see cref="KeyWithoutAnchor"/> or <see cref="KeyMisasked"/>, and no other. Only the first
/// brings a key, and only the second says that there is none.
/// </summary>
public abstract record KeyResult
{
    private protected KeyResult(DomainName name, Use use)
    {
        Name = name;
        Use = use;
    }

    /// <summary>The name asked for.</summary>
    public DomainName Name { get; }

    /// <summary>What the key is for.</summary>
    public Use Use { get; }

    /// <summary>What happened, in order; <see cref="Limits.TraceSteps"/> steps at most. Two results with different traces are not equal.</summary>
    public ImmutableArray<TraceStep> Trace { get; init; } = [];

    /// <summary>The outcome in one sentence, for people.</summary>
    public abstract string Summary { get; }

    /// <summary>What was asked for, at the start of a sentence.</summary>
    private protected string Asked => Use.IsIdentity ? $"The key of {Name}" : $"The {Use} key of {Name}";
}
