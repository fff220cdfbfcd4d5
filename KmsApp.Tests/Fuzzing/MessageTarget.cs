using System.Text;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>The texts of messages.</summary>
internal sealed class MessageTarget : FuzzTarget
{
    private readonly VectorFile[] _vectors = VectorFile.ReadAll();
    private readonly VerificationKey[] _keys = [.. ((string[])["host-a", "kms0", "kms00", "kms1", "kms2", "ed25519"]).Select(VectorKeys.Verifying)];
    private readonly string[] _texts;

    public MessageTarget() => _texts = [.. _vectors.Select(vector => Latin(vector.Text))];

    public override string Name => "message";

    public override IEnumerable<byte[]> Seeds => _vectors.Select(vector => vector.Text);

    public override IReadOnlyList<string> Tokens { get; } = FuzzWords.Message;

    public override int ShortRun => 6_000;

    public override IReadOnlyList<string> Expected => [.. Enum.GetNames<MessageType>(), .. Enum.GetNames<MessageFault>(), "genuine"];

    public override string Try(byte[] input)
    {
        if (!MessageText.TryParse(input, out MessageText? text, out MessageFault fault)) return fault.ToString();
        BrokenLawException.Unless(MessageLawTests.IsReadAndKeepsTheLaw(input), "whatever is read is written with the same bytes");
        BrokenLawException.Unless(GrammarOracle.IsMessage(input), "what is read is of the grammar");
        BrokenLawException.Unless(text.Message.Equals(MessageText.TryParse(input, out MessageText? again, out _) ? again.Message : null), "the same text is the same message");
        if (!IsSigned(text)) return text.Message.Type.ToString();
        BrokenLawException.Unless(IsOfAVector(Latin(input), text), "a signature never verifies after a change");
        return "genuine";
    }

    public override byte[] MutateInside(byte[] input, Mutator mutator) => Mutation.Of([input, mutator.Pick(_vectors).Text], mutator.Random) is var changed && changed.Length <= MaximumLength ? changed : input;

    /// <summary>Whether a vector begins so, and one has this very signature: some vectors are malformed behind what was signed.</summary>
    private bool IsOfAVector(string text, MessageText parsed)
    {
        string covered = text[..parsed.Covered.Length], seal = text[covered.Length..];
        return Array.Exists(_texts, vector => vector.StartsWith(covered, StringComparison.Ordinal)) && Array.Exists(_texts, vector => vector.Contains(seal, StringComparison.Ordinal));
    }

    private static string Latin(byte[] text) => Encoding.Latin1.GetString(text);

    private bool IsSigned(MessageText text) => text.Seal.Kind == SealKind.Signature && _keys.Any(text.IsSignedBy);
}
