using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms enroll</c>, and the scripts of <c>kms init</c>, against Debian's named.</summary>
[TestClass]
public sealed class EnrollCommandTests : IDisposable
{
    private static RealBind _bind = null!;
    private static int _hosts;

    private readonly ShiftedTime _time = new();
    private readonly CommandFolder _kms;
    private readonly string _name = $"host-{Interlocked.Increment(ref _hosts)}.{RealBind.Zone}";

    public EnrollCommandTests() => _kms = new CommandFolder { Time = _time };

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _bind = await RealBind.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_bind is not null) await _bind.DisposeAsync();
    }

    public void Dispose() => _kms.Dispose();

    [TestMethod]
    [DataRow(TsigAlgorithm.HmacSha256)]
    [DataRow(TsigAlgorithm.HmacSha384)]
    [DataRow(TsigAlgorithm.HmacSha512)]
    public async Task Enroll_AKeyThatMay_PublishesTheRecord(object algorithm)
    {
        await _kms.MustAsync("init", _name);

        string output = await _kms.MustAsync(Enroll(RealBind.NameOf((TsigAlgorithm)algorithm)));

        Assert.Contains("The key is published", output);
        Assert.Contains(_kms.Key().Fingerprint.ToString(), output);
        CollectionAssert.AreEqual(new[] { $"v=KMS1; t=key; name={_name}; key={_kms.Key()}" }, await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_NameAndSecretFileAndZone_PublishesTheRecord()
    {
        await _kms.MustAsync("init", _name);
        string key = RealBind.NameOf(TsigAlgorithm.HmacSha512);
        string secret = _kms.Write("secret", (await File.ReadAllTextAsync(_bind.KeyFile(key))).Split('"')[3] + "\n");

        await _kms.MustAsync("enroll", "--server", $"{_bind.Address}", "--zone", RealBind.Zone, "--tsig-name", key, "--tsig-secret-file", secret, "--tsig-algorithm", "hmac-sha512");

        Assert.HasCount(1, await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_ServerFromTheSettings_PublishesTheRecord()
    {
        await _kms.MustAsync("init", _name, "--kms", $"kms1.b.a.xx={TestParties.NewKey()}", "--server", $"{_bind.Address}");

        await _kms.MustAsync("enroll", "--tsig", _bind.KeyFile(RealBind.NameOf(default)));

        Assert.HasCount(1, await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_Again_ChangesNothing()
    {
        await _kms.MustAsync("init", _name);
        await _kms.MustAsync(Enroll());

        JObject json = JObject.Parse(await _kms.MustAsync([.. Enroll(), "--json"]));

        Assert.IsFalse((bool)json["changed"]!);
        Assert.AreEqual($"{_kms.Key()}", (string?)json["records"]!.Single()["publicKey"]);
        Assert.IsTrue((bool)json["records"]!.Single()["counts"]!);
    }

    [TestMethod]
    public async Task Enroll_KeysForManyUses_StandBesideEachOtherAndGoOverTcp()
    {
        await _kms.MustAsync("init", _name);
        await _kms.MustAsync(Enroll());
        string[] uses = ["ssh", "tls", "ipsec", "wireguard", "a", "b", "c", "d"]; // an answer beyond 1,232 bytes
        foreach (string use in uses) await _kms.MustAsync([.. Enroll(), "--use", use, "--key-file", _kms.Write(use, TestParties.NewKey().ToPem())]);
        using var rsa = RSA.Create(new RSAParameters { Modulus = [0xC0, .. RandomNumberGenerator.GetBytes(1022), 1], Exponent = [1, 0, 1] }); // an update beyond 1,232 bytes
        Assert.IsTrue(PublicKey.TryRead(rsa.ExportSubjectPublicKeyInfo(), out PublicKey? large));

        string output = await _kms.MustAsync([.. Enroll(), "--use", "rsa", "--key-file", _kms.Write("rsa", large.ToPem())]);

        Assert.HasCount(uses.Length + 2, output.Trim().Split('\n').Skip(1).ToArray());
        Assert.Contains(text => text.EndsWith($"use=rsa; key={large}", StringComparison.Ordinal), await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_WhatOthersHaveAtTheName_Stays()
    {
        await _kms.MustAsync("init", _name);
        string script = $"server {_bind.Address.Address} {_bind.Address.Port}\nupdate add _kms.{_name}. 60 TXT \"not a key\"\nsend\n";
        Assert.AreEqual(0, (await Tool.RunAsync("nsupdate", ["-k", _bind.KeyFile(RealBind.NameOf(default))], script)).Code);

        await _kms.MustAsync([.. Enroll(), "--replace"]);

        CollectionAssert.AreEqual(new[] { "not a key", $"v=KMS1; t=key; name={_name}; key={_kms.Key()}" }, await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_AnotherKeyStands_IsRefusedUntilReplaceIsSaid()
    {
        await _kms.MustAsync("init", _name);
        await _kms.MustAsync(Enroll());
        PublicKey first = _kms.Key();
        File.Delete(_kms.FileOf("identity.pem"));
        File.Delete(_kms.FileOf("kms.json"));
        await _kms.MustAsync("init", _name);

        (ExitCode code, _, string error) = await _kms.RunAsync(Enroll());
        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains(first.Fingerprint.ToString(), error);
        Assert.Contains("--replace", error);

        await _kms.MustAsync([.. Enroll(), "--replace"]);
        CollectionAssert.AreEqual(new[] { $"v=KMS1; t=key; name={_name}; key={_kms.Key()}" }, await TextsAsync());
    }

    [TestMethod]
    public async Task Enroll_AKeyThatMayNot_SaysHowToAllowIt() => await FailsAsync("(REFUSED)", Enroll(RealBind.ReadOnlyKey), $"grant {RealBind.ReadOnlyKey} name _kms.{_name} TXT;");

    [TestMethod]
    public async Task Enroll_AnUnknownKey_SaysSo()
    {
        (_, string text, _) = await Tool.RunAsync("tsig-keygen", ["unknown.key"]);
        await FailsAsync("does not know the TSIG key unknown.key with hmac-sha256 (BADKEY)", [.. Enroll()[..^1], _kms.Write("unknown", text)]);
    }

    [TestMethod]
    public async Task Enroll_AnotherAlgorithm_SaysSo()
    {
        string text = (await File.ReadAllTextAsync(_bind.KeyFile(RealBind.NameOf(default)))).Replace("algorithm hmac-sha256", "algorithm hmac-sha512", StringComparison.Ordinal);
        await FailsAsync("(BADKEY)", [.. Enroll()[..^1], _kms.Write("other", text)]);
    }

    [TestMethod]
    public async Task Enroll_AnotherSecret_SaysSo()
    {
        (_, string text, _) = await Tool.RunAsync("tsig-keygen", [RealBind.NameOf(default)]);
        await FailsAsync("has another secret for the TSIG key update.hmac-sha256 (BADSIG)", [.. Enroll()[..^1], _kms.Write("wrong", text)]);
    }

    [TestMethod]
    public async Task Enroll_TheClockIsOff_SaysBothTimes()
    {
        _time.Advance(TimeSpan.FromSeconds(400));
        string error = await FailsAsync("(BADTIME)", Enroll());
        Assert.Contains("They may differ by 300 s", error);
        DateTimeOffset[] times = [.. error.Split("says ").Skip(1).Select(part => DateTimeOffset.Parse(part[..20], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.IsTrue((times[1] - times[0]).TotalSeconds is > 395 and < 430, error);
    }

    [TestMethod]
    public async Task Enroll_AnotherZone_SaysSo() => await FailsAsync($"is not in the zone {RealBind.OtherZone} (NOTZONE)", [.. Enroll(), "--zone", RealBind.OtherZone]);

    [TestMethod]
    public async Task Enroll_AZoneElsewhere_SaysSo() => await FailsAsync("is not the primary server of the zone d.a.xx (NOTAUTH)", [.. Enroll(), "--zone", "d.a.xx"]);

    [TestMethod]
    public async Task Enroll_ANameElsewhere_SaysSo()
    {
        await _kms.MustAsync("init", "host.d.a.xx");
        (ExitCode code, _, string error) = await _kms.RunAsync(Enroll());
        Assert.AreEqual(ExitCode.Failed, code);
        Assert.Contains("no authoritative answer about _kms.host.d.a.xx (REFUSED)", error);
    }

    [TestMethod]
    public async Task Enroll_AZoneWithoutUpdates_IsRefused()
    {
        await _kms.MustAsync("init", $"host.{RealBind.StaticZone}");
        (ExitCode code, _, string error) = await _kms.RunAsync(Enroll());
        Assert.AreEqual(ExitCode.Failed, code);
        Assert.Contains("(REFUSED)", error);
    }

    [TestMethod]
    public Task Enroll_AForgedResponse_IsNotBelieved() =>
        IsNotBelievedAsync("somebody between changes or forges them", response => [.. response[..3], (byte)(response[3] ^ 0x80), .. response[4..]]); // RA

    [TestMethod]
    public Task Enroll_AResponseWithoutItsSignature_IsNotBelieved() => IsNotBelievedAsync("does not sign its answers", response =>
    {
        Assert.IsTrue(DnsMessage.TryRead(response, out DnsMessage? message, out _));
        return (message with { Additionals = [] }).ToArray();
    });

    [TestMethod]
    public async Task Enroll_NobodyThere_SaysSo()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, and not listening
        using CommandFolder kms = new() { Time = new ImpatientTime() };
        await FailsAsync("does not answer, over UDP or TCP", ["enroll", "--server", $"{socket.LocalEndPoint}", "--tsig", _bind.KeyFile(RealBind.NameOf(default))], kms: kms);
    }

    [TestMethod]
    [DataRow("Name the TSIG key either", "--server", "127.0.0.1")]
    [DataRow("Name the TSIG key either", "--server", "127.0.0.1", "--tsig-name", "update.key")]
    [DataRow("with --server", "--tsig", "no-such-file")]
    [DataRow("with --key-file", "--server", "127.0.0.1", "--tsig", "no-such-file", "--use", "ssh")]
    public async Task Enroll_AWrongCommandLine_SaysWhatIsRight(string says, params string[] args)
    {
        await _kms.MustAsync("init", _name);

        (ExitCode code, _, string error) = await _kms.RunAsync(["enroll", .. args]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains(says, error);
    }

    [TestMethod]
    [DataRow(TsigAlgorithm.HmacSha256)]
    [DataRow(TsigAlgorithm.HmacSha384)]
    [DataRow(TsigAlgorithm.HmacSha512)]
    public async Task Verify_ARealResponse_IsGenuineUntilAByteChanges(object algorithm)
    {
        TsigKey key = TsigKeyFile.Parse(await File.ReadAllTextAsync(_bind.KeyFile(RealBind.NameOf((TsigAlgorithm)algorithm))));
        TsigSigner signer = new(key, _time);
        byte[] query = new DnsMessage { Id = 1, Questions = [new DnsQuestion(RealBind.Zone, DnsType.Soa)], Edns = new Edns() }.ToArray();
        byte[] response = await RawDns.AskUdpAsync(_bind.Address, signer.Sign(query, out byte[] mac));

        Assert.AreEqual(TsigVerdict.Genuine, signer.Verify(response, mac));
        Assert.AreEqual(TsigVerdict.Forged, signer.Verify(response, [.. mac[..^1], (byte)(mac[^1] ^ 1)]), "It answers another request.");
        for (int i = 2; i < response.Length; i++) // the ID is not covered: the exchange compares it
        {
            response[i] ^= 1;
            Assert.AreNotEqual(TsigVerdict.Genuine, signer.Verify(response, mac), $"byte {i}");
            response[i] ^= 1;
        }
        for (int length = 0; length < response.Length; length++) Assert.AreNotEqual(TsigVerdict.Genuine, signer.Verify(response.AsSpan(0, length), mac));
        _time.Advance(TimeSpan.FromSeconds(400));
        Assert.AreEqual(TsigVerdict.Stale, signer.Verify(response, mac));
    }

    [TestMethod]
    public async Task Init_NsupdateScript_IsRunByNsupdate()
    {
        await _kms.MustAsync("init", _name, "--kms", $"kms1.b.a.xx={TestParties.NewKey()}", "--server", $"{_bind.Address}");
        string script = await _kms.MustAsync("init", _name, "--form", "nsupdate");

        (int code, string output, _) = await Tool.RunAsync("nsupdate", ["-k", _bind.KeyFile(RealBind.NameOf(default))], script);

        Assert.AreEqual(0, code, output);
        CollectionAssert.AreEqual(new[] { $"v=KMS1; t=key; name={_name}; key={_kms.Key()}" }, await TextsAsync());
    }

    private string[] Enroll(string? key = null) => ["enroll", "--server", $"{_bind.Address}", "--tsig", _bind.KeyFile(key ?? RealBind.NameOf(default))];

    /// <summary>Lets the time go by when a response has come: over UDP until TCP is tried, over TCP to the end.</summary>
    private async Task IsNotBelievedAsync(string says, Func<byte[], byte[]> change)
    {
        VirtualTime time = new(DateTimeOffset.UtcNow);
        ChangedWire wire = new(change);
        using CommandFolder kms = new() { Time = time, Wire = wire };
        Task failing = FailsAsync(says, Enroll(), kms: kms);
        await await Task.WhenAny(wire.OverUdp, failing);
        time.Advance(ExchangeSchedule.Host.TcpStart);
        await await Task.WhenAny(wire.OverTcp, failing);
        time.Advance(ExchangeSchedule.Host.GivenUp - time.Elapsed);
        await failing;
    }

    private async Task<string> FailsAsync(string says, string[] args, string? andSays = null, CommandFolder? kms = null)
    {
        kms ??= _kms;
        await kms.MustAsync("init", _name);

        (ExitCode code, string output, string error) = await kms.RunAsync(args);

        Assert.AreEqual(ExitCode.Failed, code, error);
        Assert.AreEqual("", output);
        Assert.Contains(says, error);
        if (andSays is not null) Assert.Contains(andSays, error);
        Assert.IsEmpty(await TextsAsync());
        return error;
    }

    private Task<string[]> TextsAsync() => PlainZone.TextsAsync(_bind.Address, $"_kms.{_name}");
}
