using Kms.Protocol;

namespace Kms.Server;

/// <summary>What a request is answered with.</summary>
public sealed class Response
{
    /// <summary>No response.</summary>
    public static readonly Response Abandoned = new(ResponseKind.Abandoned, []);

    /// <summary>No answer in time.</summary>
    public static readonly Response NoAnswer = new(ResponseKind.NoAnswer, []);

    /// <summary>A limit is reached.</summary>
    public static readonly Response Busy = new(ResponseKind.Busy, []);

    /// <summary>A fault of ours.</summary>
    public static readonly Response Fault = new(ResponseKind.Fault, []);

    private Response(ResponseKind kind, IReadOnlyList<MessageText> messages)
    {
        Kind = kind;
        Messages = messages;
    }

    /// <summary>What becomes of the request.</summary>
    public ResponseKind Kind { get; }

    /// <summary>The messages for the answer section; none unless <see cref="ResponseKind.Records"/>.</summary>
    public IReadOnlyList<MessageText> Messages { get; }

    /// <summary>A response with messages.</summary>
    public static Response Of(params IReadOnlyList<MessageText> messages) => new(ResponseKind.Records, messages);

    /// <summary>The acknowledgement of a request.</summary>
    public static Response Acknowledging(MessageText request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(MessageText.Of(new Acknowledgement(request.Digest)));
    }
}
