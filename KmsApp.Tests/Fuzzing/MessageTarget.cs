using System.Text;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>The texts of messages.</summary>
internal sealed class MessageTarget : FuzzTarget
{
    private readonly VectorFile[] _vectors = VectorFile.ReadAll();
    private readonly VerificationKey[] _keys = [.. ((string[])["host-a", "kms0", "kms00", "kms1", "kms2", "ed25519"]).Select(VectorKeys.Verifying)];
    private readonly HashSet<string> _genuine;

    public MessageTarget() => _genuine = [.. _vectors.Where(vector => MessageText.TryParse(vector.Text, out MessageText? text, out _) && IsSigned(text)).Select(vector => Latin(vector.Text))];

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
        BrokenLawException.Unless(_genuine.Contains(Latin(input)), "a signature never verifies after a change");
        return "genuine";
    }

    public override byte[] MutateInside(byte[] input, Mutator mutator) => Mutation.Of([input, mutator.Pick(_vectors).Text], mutator.Random) is var changed && changed.Length <= MaximumLength ? changed : input;

    private static string Latin(byte[] text) => Encoding.Latin1.GetString(text);

    private bool IsSigned(MessageText text) => text.Seal.Kind == SealKind.Signature && _keys.Any(text.IsSignedBy);
}
