using System.Net;
using System.Net.Sockets;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The course of inquiries in time: repetition, forged failures, fail-over, sharing, cancellation.</summary>
[TestClass]
public sealed class InquiryCourseTests
{
    private readonly ClientWorld _world = new();

    [TestMethod]
    public async Task GetKey_Silence_RepeatedIdenticallyThenTcpThenFailed()
    {
        _world.Kms.Answer(_ => null);
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(FailureKind.NoAnswer, (result as KeyFailed)?.Kind, result.Summary);
        CollectionAssert.AreEqual(
            new[] { "Udp@0", "Udp@1500", "Tcp@3000" },
            _world.Kms.Received.Select(received => $"{received.Transport}@{received.Elapsed.TotalMilliseconds}").ToArray());
        Assert.HasCount(1, _world.Kms.Received.Select(received => received.Text.ToString()).Distinct());
        Assert.AreEqual(TimeSpan.FromSeconds(7), _world.Time.Elapsed);
        Assert.AreEqual(0, _world.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task GetKey_AnsweredOverTcpAlone_Found()
    {
        _world.Kms.Answer(received => received.Transport == DnsTransport.Tcp ? _world.Answer(received) : KmsPacket.AskAgainOverTcp(received.Packet));
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
        Assert.AreEqual(TimeSpan.Zero, _world.Time.Elapsed);
    }

    [TestMethod]
    public async Task GetKey_ForgedServFailOverUdp_DoesNotEndTheWait()
    {
        _world.Kms.Script = received =>
        [
            (TimeSpan.Zero, KmsPacket.Failure(received.Packet, ExtendedErrorCode.Other)),
            (TimeSpan.FromSeconds(2), _world.Answer(received)),
        ];
        DateTimeOffset start = _world.Now;
        var found = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(start.AddSeconds(2), found?.Entry.KeptAt);
    }

    [TestMethod]
    public async Task GetKey_ServFail_EndsOverTcpAndIsToldWithItsExtendedError()
    {
        _world.Kms.Answer(received => KmsPacket.Failure(received.Packet, ExtendedErrorCode.NoReachableAuthority));
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(FailureKind.ServerFailure, (result as KeyFailed)?.Kind, result.Summary);
        Assert.AreEqual(ExtendedErrorCode.NoReachableAuthority, (result as KeyFailed)?.ExtendedError?.Code);
        Assert.AreEqual(TimeSpan.FromSeconds(3), _world.Time.Elapsed);
    }

    [TestMethod]
    [DataRow(DnsResponseCode.NoError)]
    [DataRow(DnsResponseCode.NxDomain)]
    [DataRow(DnsResponseCode.Refused)]
    public async Task GetKey_PlainDnsServer_FailedWithoutAMessage(DnsResponseCode code)
    {
        _world.Kms.Answer(received => KmsPacket.Response(received.Packet) with { ResponseCode = code });
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(FailureKind.NoMessage, (result as KeyFailed)?.Kind, result.Summary);
        Assert.AreEqual(TimeSpan.FromSeconds(3), _world.Time.Elapsed);
    }

    [TestMethod]
    public async Task GetKey_GoodMessagesUnderServFail_NotTaken()
    {
        _world.Kms.Answer(received => _world.Answer(received) with { ResponseCode = DnsResponseCode.ServFail });
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(FailureKind.ServerFailure, (result as KeyFailed)?.Kind, result.Summary);
        Assert.AreEqual(0, _world.Table.Count);
    }

    [TestMethod]
    public async Task GetKey_FirstAddressSilent_SecondAskedWithANewIdAndRemembered()
    {
        Reconfigure(ClientWorld.FirstAddress, ClientWorld.SecondAddress);
        _world.Kms.Answer(received => received.Server.Equals(ClientWorld.SecondAddress) ? _world.Answer(received) : null);
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
        Assert.AreEqual(TimeSpan.FromSeconds(7), _world.Time.Elapsed);
        Assert.HasCount(2, _world.Kms.Received.Select(received => received.Inquiry.Id).Distinct());
        Assert.AreEqual(_world.Now, _world.Kms.Received[^1].Inquiry.At);

        int before = _world.Kms.Received.Count;
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync(Use.Parse("ssh")));
        Assert.HasCount(before + 1, _world.Kms.Received);
        Assert.AreEqual(ClientWorld.SecondAddress, _world.Kms.Received[^1].Server);
    }

    [TestMethod]
    public async Task GetKey_FirstAddressFailsOverTcp_SecondAskedAtOnce()
    {
        Reconfigure(ClientWorld.FirstAddress, ClientWorld.SecondAddress);
        _world.Kms.Answer(received => received.Server.Equals(ClientWorld.SecondAddress)
            ? _world.Answer(received)
            : KmsPacket.Failure(received.Packet, ExtendedErrorCode.NotReady));
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
        Assert.AreEqual(TimeSpan.FromSeconds(3), _world.Time.Elapsed);
    }

    [TestMethod]
    public async Task GetKey_EveryAddressFails_MostTellingFailureTold()
    {
        Reconfigure(ClientWorld.FirstAddress, ClientWorld.SecondAddress);
        _world.Kms.Answer(received => received.Server.Equals(ClientWorld.FirstAddress)
            ? _world.Answer(received, by: ClientWorld.Stranger)
            : KmsPacket.Failure(received.Packet, ExtendedErrorCode.NotReady));
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(Check.AttestationSignature, (result as KeyRefused)?.Check, result.Summary);
    }

    [TestMethod]
    public async Task GetKey_NoWayToAnAddress_NextOneAsked()
    {
        KmsClient client = new(ClientWorld.Standard with { Kms = ClientWorld.Standard.Kms with { Addresses = [ClientWorld.FirstAddress, ClientWorld.SecondAddress] } }, new KmsClientEnvironment
        {
            Exchange = new DnsExchange(_world.Kms, _world.Time),
            Time = _world.Time,
            LocalAddress = server => server.Equals(ClientWorld.FirstAddress) ? throw new SocketException((int)SocketError.NetworkUnreachable) : IPAddress.IPv6Loopback,
        });
        KeyResult result = await _world.FinishAsync(client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity));
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.HasCount(1, _world.Kms.Received);
        Assert.AreEqual("[::1]:53", _world.Kms.Received[0].Inquiry.Reply.ToString());
    }

    [TestMethod]
    public async Task GetKey_ConfiguredAddress_NamedInTheInquiry()
    {
        _world.Client.Reconfigure(ClientWorld.Standard with { Address = new IPEndPoint(IPAddress.Parse("198.51.100.9"), 5353) });
        await _world.AskAsync();
        Assert.AreEqual("198.51.100.9:5353", _world.Kms.Received[0].Inquiry.Reply.ToString());
    }

    [TestMethod]
    public async Task GetKey_ManyAtOnce_OneInquiryForAll()
    {
        _world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), _world.Answer(received))];
        Task<KeyResult>[] all = [.. Enumerable.Range(0, 64).Select(_ => Ask())];
        foreach (Task<KeyResult> one in all)
        {
            KeyResult result = await _world.FinishAsync(one);
            Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
            Assert.AreEqual(HostStep.HandOver, result.Trace[^1].Step);
        }
        Assert.HasCount(1, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_DifferentQuestionsAtOnce_OneInquiryEach()
    {
        _world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), _world.Answer(received))];
        Task<KeyResult>[] all = [Ask(), Ask(Use.Parse("ssh")), _world.Client.GetKeyAsync(DomainName.Parse("other.c.a.xx"), Use.Identity)];
        foreach (Task<KeyResult> one in all) Assert.IsInstanceOfType<KeyFound>(await _world.FinishAsync(one));
        Assert.HasCount(3, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_OneOfTwoCallersCancels_TheOtherIsAnswered()
    {
        _world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), _world.Answer(received))];
        using CancellationTokenSource cancellation = new();
        Task<KeyResult> first = _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity, cancellation.Token);
        Task<KeyResult> second = Ask();
        cancellation.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.IsInstanceOfType<KeyFound>(await _world.FinishAsync(second));
        Assert.HasCount(1, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_LastCallerCancels_NothingRunsOnAndTheNextBeginsAnew()
    {
        _world.Kms.Answer(_ => null);
        using CancellationTokenSource cancellation = new();
        Task<KeyResult> only = _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity, cancellation.Token);
        Assert.AreNotEqual(0, _world.Time.ArmedTimers);
        cancellation.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => only);
        Assert.AreEqual(0, _world.Time.ArmedTimers);

        _world.Kms.Answer(received => _world.Answer(received));
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_CancelledBefore_ThrowsAndAsksNobody()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity, new CancellationToken(canceled: true)));
        Assert.IsEmpty(_world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_MoreInquiriesThanAllowed_FailedAtOnceAndLaterNot()
    {
        ClientWorld world = new(maximumInquiries: 1);
        world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), world.Answer(received))];
        Task<KeyResult> first = world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        var second = await world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Parse("ssh")) as KeyFailed;
        Assert.AreEqual(FailureKind.TooManyInquiries, second?.Kind);
        Assert.IsInstanceOfType<KeyFound>(await world.FinishAsync(first));
        Assert.IsInstanceOfType<KeyFound>(await world.AskAsync(Use.Parse("ssh")));
    }

    [TestMethod]
    public async Task GetKey_TableCannotBeRead_CallersAreTold() =>
        await Assert.ThrowsExactlyAsync<IOException>(() => AskWithAsync(new BrokenTable(canBeRead: false)));

    [TestMethod]
    public async Task GetKey_TableCannotBeWritten_FoundAndToldToBeNotKept()
    {
        var found = await AskWithAsync(new BrokenTable(canBeRead: true)) as KeyFound;
        Assert.AreEqual(ClientWorld.HostB.PublicKey, found?.Key);
        Assert.AreEqual(BrokenTable.Trouble, found?.NotKept);
        Assert.AreEqual($"not kept: {BrokenTable.Trouble}", found?.Trace.Single(step => step.Step == HostStep.Keep).Text);
        Assert.IsNull((await _world.AskAsync() as KeyFound)?.NotKept);
    }

    private Task<KeyResult> AskWithAsync(IKeyTable table)
    {
        KmsClient client = new(ClientWorld.Standard, new KmsClientEnvironment
        {
            Exchange = new DnsExchange(_world.Kms, _world.Time),
            Time = _world.Time,
            Table = table,
            LocalAddress = _ => IPAddress.Loopback,
        });
        return _world.FinishAsync(client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity));
    }

    private Task<KeyResult> Ask(Use use = default) => _world.Client.GetKeyAsync(ClientWorld.HostB.Name, use);

    private void Reconfigure(params IPEndPoint[] addresses) =>
        _world.Client.Reconfigure(ClientWorld.Standard with { Kms = ClientWorld.Standard.Kms with { Addresses = [.. addresses] } });

    private sealed class BrokenTable(bool canBeRead) : IKeyTable
    {
        internal const string Trouble = "The disk is full.";

        public bool TryFind(KeyQuestion question, DateTimeOffset now, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KeyTableEntry? entry)
        {
            entry = null;
            return false;
        }

        public bool HasMark(DomainName name, Use use, DateTimeOffset now) => false;

        public bool TryKeep(KeyTableEntry entry, DateTimeOffset now, out string? trouble)
        {
            trouble = Trouble;
            return canBeRead ? true : throw new IOException("The disk does not answer.");
        }

        public bool TryClaimRefresh(KeyQuestion question, DateTimeOffset now) => false;
    }
}
