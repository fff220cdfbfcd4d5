using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Kms.Protocol;

/// <summary>
/// A KMS1 message. Each type reads as its grammar: <c>Read</c> and <c>Write</c> name the tags in the specification's
/// order (docs/PROTOCOL.md section 4).
/// </summary>
public abstract record Message
{
    private protected Message() { }

    /// <summary>The head of every message: the identifier field of the seed's Fig. 10.</summary>
    public static ReadOnlySpan<byte> Head => "v=KMS1; t="u8;

    /// <summary>The message's type.</summary>
    public abstract MessageType Type { get; }

    /// <summary>Writes the head and the tags, without a seal.</summary>
    internal abstract void Write(ref TagWriter tags);

    /// <summary>Reads a message and its seal.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Message? message, out Seal seal, out MessageFault fault)
    {
        message = null;
        seal = Seal.None;
        fault = MessageFault.Head;
        if (!text.StartsWith(Head)) return false;
        if (text.Length > Spec.MaximumTextLength) return Is(MessageFault.Length, out fault);
        if (!Ascii.IsValid(text)) return Is(MessageFault.Encoding, out fault);
        ReadOnlySpan<byte> rest = text[Head.Length..];
        int semicolon = rest.IndexOf((byte)';');
        ReadOnlySpan<byte> type = semicolon < 0 ? rest : rest[..semicolon];
        bool isSeparated = semicolon < 0 || (semicolon + 2 < rest.Length && rest[semicolon + 1] == ' ');
        TagReader tags = new(text, semicolon < 0 || !isSeparated ? text.Length : Head.Length + semicolon + 2);

        // The types in order of how often they come.
        if (type.SequenceEqual(Inquiry.TypeName)) message = Inquiry.Read(ref tags, out seal);
        else if (type.SequenceEqual(SignatureRequest.TypeName)) message = SignatureRequest.Read(ref tags, out seal);
        else if (type.SequenceEqual(Delivery.TypeName)) message = Delivery.Read(ref tags, out seal);
        else if (type.SequenceEqual(Attestation.TypeName)) message = Attestation.Read(ref tags, out seal);
        else if (type.SequenceEqual(Acknowledgement.TypeName)) message = Acknowledgement.Read(ref tags, out seal);
        else if (type.SequenceEqual(Answer.TypeName)) message = Answer.Read(ref tags, out seal);
        else if (type.SequenceEqual(Unsolved.TypeName)) message = Unsolved.Read(ref tags, out seal);
        else if (type.SequenceEqual(KeyRecord.TypeName)) message = KeyRecord.Read(ref tags, out seal);
        else return Is(MessageFault.Type, out fault);

        // A reader of tags that begin wrongly was given none, and every type has one: it has failed with the right fault.
        fault = tags.Fault;
        if (tags.Failed) message = null;
        return message is not null;
    }

    private static bool Is(MessageFault value, out MessageFault fault)
    {
        fault = value;
        return false;
    }
}
