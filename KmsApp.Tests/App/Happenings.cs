using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests;

/// <summary>Events of a key server, made by hand: KMS1 of Fig. 7 with the upper KMS0 and a lower one.</summary>
internal static class Happenings
{
    internal static readonly IPEndPoint AddressOfHost = IPEndPoint.Parse("192.0.2.10:40000");

    internal static readonly IPEndPoint AddressOfUpper = IPEndPoint.Parse("192.0.2.1:53");

    internal static DomainName Kms0 { get; } = DomainName.Parse("kms0.a.xx");

    internal static DomainName Kms00 { get; } = DomainName.Parse("kms00.xx");

    internal static DomainName Lower { get; } = DomainName.Parse("kms3.d.b.a.xx");

    internal static KeyQuestion AboutB { get; } = new(DomainName.Parse("host-b.c.a.xx"), Use.Identity, Kms00);

    internal static KeyServerConfiguration Configuration(SigningKey key, bool hasUpper = true, bool hasKey = true)
    {
        new KeyImporter(null).TryImport(key.PublicKey, out VerificationKey? verification, out _);
        Neighbour upper = new(Kms0, null, [AddressOfUpper], hasKey ? [verification!] : [], default);
        Neighbour lower = new(Lower, DomainName.Parse("d.b.a.xx"), [IPEndPoint.Parse("192.0.2.3:53")], [verification!], default);
        return new KeyServerConfiguration(RunningApp.Kms, DomainName.Parse("b.a.xx"), key, verification!, hasUpper ? upper : null, [lower], [], []);
    }

    internal static KmsPath Path(string text) => KmsPath.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out KmsPath path) ? path : throw new FormatException(text);

    internal static JournalEvent Answered(string? name = null, IPEndPoint? source = null, Carrier carrier = default, KmsPath? path = null) => new(
        JournalEventKind.Answered, name is null ? AboutB : AboutB with { Name = DomainName.Parse(name) }, RunningApp.Host, source ?? AddressOfHost,
        Path: path ?? KmsPath.None, Carrier: carrier, Elapsed: TimeSpan.FromMilliseconds(12.5));

    internal static JournalEvent Abandoned(AbandonReason reason, DomainName? party = null, TimeSpan? offset = null, IPEndPoint? source = null) =>
        new(JournalEventKind.Abandoned, AboutB, party ?? RunningApp.Host, source ?? AddressOfHost, Abandoned: reason, ClockOffset: offset);

    internal static JournalEvent Unreachable(DomainName? party = null) => new(JournalEventKind.Unreachable, AboutB, party ?? Kms0, party is null ? null : AddressOfUpper);

    internal static JournalEvent Reached(DomainName? party = null) => new(JournalEventKind.Reached, AboutB, party ?? Kms0, AddressOfUpper);
}
