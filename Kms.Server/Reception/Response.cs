using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// What a request is answered with. It is remembered against replay: a value, so that remembering it leaves no object behind,
/// and it keeps no bytes that can be made again.
/// </summary>
public readonly record struct Response
{
    /// <summary>No response.</summary>
    public static readonly Response Abandoned = new(ResponseKind.Abandoned);

    /// <summary>No answer in time.</summary>
    public static readonly Response NoAnswer = new(ResponseKind.NoAnswer);

    /// <summary>A limit is reached.</summary>
    public static readonly Response Busy = new(ResponseKind.Busy);

    /// <summary>A fault of ours.</summary>
    public static readonly Response Fault = new(ResponseKind.Fault);

    private readonly object? _first; // the message, or the digest of the request that is acknowledged
    private readonly PairwiseKey? _pairwise;
    private readonly MessageText? _attestation;

    private Response(ResponseKind kind, object? first = null, PairwiseKey? pairwise = null, MessageText? attestation = null) =>
        (Kind, _first, _pairwise, _attestation) = (kind, first, pairwise, attestation);

    /// <summary>What becomes of the request.</summary>
    public ResponseKind Kind { get; }

    /// <summary>The messages for the answer section, the same at every reading, but made anew; none unless <see cref="ResponseKind.Records"/>.</summary>
    public IReadOnlyList<MessageText> Messages => _first switch
    {
        Digest request => [MessageText.Of(new Acknowledgement(request))],
        MessageText answer when _attestation is not null => [_pairwise is null ? answer : answer.AuthenticatedAnew(_pairwise), _attestation],
        MessageText refusal => [refusal],
        _ => [],
    };

    /// <summary>The acknowledgement of a request.</summary>
    public static Response Acknowledging(MessageText request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Response(ResponseKind.Records, request.Digest);
    }

    /// <summary>The refusal that a host is told.</summary>
    internal static Response Refusing(MessageText unsolved) => new(ResponseKind.Records, unsolved);

    /// <summary>An attestation, and the answer that says it is the one that was asked for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="pairwise">The key of the host that asked with a MAC, which gets the answer with that; else null.</param>
    /// <param name="attestation">The attestation.</param>
    internal static Response Answering(MessageText answer, PairwiseKey? pairwise, MessageText attestation) => new(ResponseKind.Records, answer, pairwise, attestation);
}
