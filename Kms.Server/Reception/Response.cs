using Kms.Protocol;

namespace Kms.Server;

/// <summary>What a request is answered with. It is remembered against replay, so that it keeps no bytes that can be made again.</summary>
public abstract class Response
{
    /// <summary>No response.</summary>
    public static readonly Response Abandoned = new WithoutMessages(ResponseKind.Abandoned);

    /// <summary>No answer in time.</summary>
    public static readonly Response NoAnswer = new WithoutMessages(ResponseKind.NoAnswer);

    /// <summary>A limit is reached.</summary>
    public static readonly Response Busy = new WithoutMessages(ResponseKind.Busy);

    /// <summary>A fault of ours.</summary>
    public static readonly Response Fault = new WithoutMessages(ResponseKind.Fault);

    private Response(ResponseKind kind) => Kind = kind;

    /// <summary>What becomes of the request.</summary>
    public ResponseKind Kind { get; }

    /// <summary>The messages for the answer section, the same at every reading, but made anew; none unless <see cref="ResponseKind.Records"/>.</summary>
    public abstract IReadOnlyList<MessageText> Messages { get; }

    /// <summary>The acknowledgement of a request.</summary>
    public static Response Acknowledging(MessageText request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Acknowledgement(request.Digest);
    }

    /// <summary>The refusal that a host is told.</summary>
    internal static Response Refusing(MessageText unsolved) => new Refusal(unsolved);

    /// <summary>An attestation, and the answer that says it is the one that was asked for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="pairwise">The key of the host that asked with a MAC, which gets the answer with that; else null.</param>
    /// <param name="attestation">The attestation.</param>
    internal static Response Answering(MessageText answer, PairwiseKey? pairwise, MessageText attestation) => new Answer(answer, pairwise, attestation);

    private sealed class WithoutMessages(ResponseKind kind) : Response(kind)
    {
        public override IReadOnlyList<MessageText> Messages => [];
    }

    private sealed class Acknowledgement(Digest request) : Response(ResponseKind.Records)
    {
        public override IReadOnlyList<MessageText> Messages => [MessageText.Of(new Protocol.Acknowledgement(request))];
    }

    private sealed class Refusal(MessageText unsolved) : Response(ResponseKind.Records)
    {
        public override IReadOnlyList<MessageText> Messages => [unsolved];
    }

    private sealed class Answer(MessageText answer, PairwiseKey? pairwise, MessageText attestation) : Response(ResponseKind.Records)
    {
        public override IReadOnlyList<MessageText> Messages => [pairwise is null ? answer : answer.AuthenticatedAnew(pairwise), attestation];
    }
}
