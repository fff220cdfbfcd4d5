using System.Net;
using System.Security.Cryptography;
using System.Text;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;
using DnsClass = TechnitiumLibrary.Net.Dns.ResourceRecords.DnsClass;
using DnsOpcode = TechnitiumLibrary.Net.Dns.DnsOpcode;
using DnsResponseCode = TechnitiumLibrary.Net.Dns.DnsResponseCode;
using DomainName = Kms.Protocol.DomainName;

namespace KmsApp.Tests;

/// <summary>An app in a folder of its own, called as the host calls it: controller, handler where no zone answers, post-processor.</summary>
internal sealed class RunningApp : IDisposable
{
    private readonly DirectoryInfo _folder;

    internal RunningApp(TimeProvider? clock = null, IDnsApplication? app = null, string? folder = null)
    {
        _folder = folder is null ? Directory.CreateTempSubdirectory("KmsApp.") : new DirectoryInfo(folder);
        App = app ?? new App();
        Time = clock ?? TimeProvider.System;
        Server = new StubDnsServer { ApplicationFolder = _folder.FullName, Clock = clock };
    }

    internal static DomainName Kms { get; } = DomainName.Parse("kms1.b.a.xx");

    internal static DomainName Host { get; } = DomainName.Parse("host-a.b.a.xx");

    internal static IPEndPoint Source { get; } = new(IPAddress.Parse("192.0.2.10"), 5353);

    internal IDnsApplication App { get; }

    internal StubDnsServer Server { get; }

    internal SigningKey HostKey { get; } = KeyImporter.Generate();

    internal string Folder => _folder.FullName;

    internal string KeyFile => Path.Combine(Folder, "keys", "kms.pem");

    private TimeProvider Time { get; }

    /// <summary>A configuration in which the host has its key.</summary>
    internal string Config(string more = "") =>
        $$"""
        {
          "enableKms": true,
          "name": "{{Kms}}",
          "domain": "b.a.xx",
          "hosts": [ { "name": "{{Host}}", "publicKeys": ["{{HostKey.PublicKey}}"] } ]{{more}}
        }
        """;

    internal Task StartAsync(string more = "") => App.InitializeAsync(Server, Config(more));

    /// <summary>The host's inquiry, by default for its own key and attested by this KMS: answered at once.</summary>
    internal MessageText Inquire(string? name = null, string? kms = null, SigningKey? key = null)
    {
        Inquiry inquiry = new(
            name is null ? Host : DomainName.Parse(name), Use.Identity, kms is null ? Kms : DomainName.Parse(kms), Source, Host, Kms,
            new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)), UnixTime.Floor(Time.GetUtcNow()), KmsPath.None);
        return MessageText.TrySign(inquiry, key ?? HostKey, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }

    internal static DnsDatagram Request(
        MessageText text, bool hasEdns = true, DnsResourceRecordType type = DnsResourceRecordType.TXT, DnsClass @class = DnsClass.IN,
        DnsOpcode opcode = DnsOpcode.StandardQuery, bool isResponse = false, int questions = 1, string? name = null)
    {
        name ??= ((Request)text.Message).Name.Value;
        return new DnsDatagram(
            4711, isResponse, opcode, false, false, false, false, false, false, DnsResponseCode.NoError,
            [.. Enumerable.Range(0, questions).Select(_ => new DnsQuestionRecord(name, type, @class))],
            additional: [new DnsResourceRecord(name, DnsResourceRecordType.TXT, DnsClass.IN, 0, new DnsTXTRecordData(text.ToString()))],
            udpPayloadSize: (ushort)(hasEdns ? Spec.UdpPayloadSize : 0));
    }

    /// <summary>What leaves the server; null: nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="protocol">What carried it.</param>
    /// <param name="isInZone">Whether a local zone answers, so that no handler is asked.</param>
    /// <param name="another">Whether the handler gets another request object, as with TSIG.</param>
    internal async Task<DnsDatagram?> PassAsync(DnsDatagram request, DnsTransportProtocol protocol = DnsTransportProtocol.Udp, bool isInZone = true, bool another = false)
    {
        DnsRequestControllerAction action = await ((IDnsRequestController)App).GetRequestActionAsync(request, Source, protocol);
        if (action == DnsRequestControllerAction.DropSilently) return null;
        Assert.AreEqual(DnsRequestControllerAction.Allow, action);
        DnsDatagram? response = isInZone ? Plain(request)
            : await ((IDnsAuthoritativeRequestHandler)App).ProcessRequestAsync(another ? request.Clone() : request, Source, protocol, isRecursionAllowed: true);
        return await ((IDnsPostProcessor)App).PostProcessAsync(request, Source, protocol, response ?? Plain(request));
    }

    /// <summary>Whether the app answers an inquiry with an attestation.</summary>
    internal async Task<bool> ServesAsync() =>
        await PassAsync(Request(Inquire())) is { AuthoritativeAnswer: true, Answer.Count: 2 } response
        && response.Answer.All(record => ((DnsTXTRecordData)record.RDATA).GetText()!.StartsWith("v=KMS1; t=", StringComparison.Ordinal));

    /// <summary>The texts in the answer section.</summary>
    internal static MessageText[] Messages(DnsDatagram response) =>
        [.. response.Answer.Select(record => MessageText.TryParse(Encoding.ASCII.GetBytes(((DnsTXTRecordData)record.RDATA).GetText()!), out MessageText? text, out _)
            ? text : throw new InvalidOperationException("no message"))];

    /// <summary>What the host itself says: REFUSED, with an authority of nothing.</summary>
    internal static DnsDatagram Plain(DnsDatagram request) =>
        new(request.Identifier, true, request.OPCODE, false, false, false, true, false, false, DnsResponseCode.Refused, request.Question);

    public void Dispose()
    {
        App.Dispose();
        HostKey.Dispose();
        _folder.Delete(recursive: true);
    }
}
