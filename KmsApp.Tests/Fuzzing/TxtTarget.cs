using Kms.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>The data of TXT records.</summary>
internal sealed class TxtTarget : FuzzTarget
{
    public override string Name => "txt";

    public override IEnumerable<byte[]> Seeds => [[], [0], [1, 65], [2, 65], [0, 0, 0], .. FuzzPackets.Figure8.Select(vector => TxtData.Split(vector.Text))];

    public override IReadOnlyList<string> Tokens { get; } = ["v=KMS1; t=", "\x05v=KMS\x051; t=", "\x00", "\xFF"];

    public override int MaximumLength => ushort.MaxValue;

    public override int ShortRun => 10_000;

    public override IReadOnlyList<string> Expected => ["read", "read, with the head", "refused"];

    public override string Try(byte[] input)
    {
        bool hasHead = KmsPacket.HasHead(input);
        if (!TxtData.TryJoin(input, out byte[]? text)) return "refused";
        BrokenLawException.Unless(hasHead == text.AsSpan().StartsWith(Message.Head), "the head is found however the text is split");
        byte[] split = TxtData.Split(text);
        BrokenLawException.Unless(TxtData.TryJoin(split, out byte[]? again) && again.AsSpan().SequenceEqual(text), "what is split is joined to the same text");
        BrokenLawException.Unless(split.Length <= input.Length || text.Length == 0, "no split is shorter than ours");
        return hasHead ? "read, with the head" : "read";
    }
}
