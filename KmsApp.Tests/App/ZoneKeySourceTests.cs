using System.Text;
using Kms.Protocol;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;
using DnsClass = TechnitiumLibrary.Net.Dns.ResourceRecords.DnsClass;
using DnsResponseCode = TechnitiumLibrary.Net.Dns.DnsResponseCode;

namespace KmsApp.Tests;

/// <summary>What the host's zones say about keys.</summary>
[TestClass]
public sealed class ZoneKeySourceTests
{
    private const string Owner = "_kms.host-a.b.a.xx";

    [TestMethod]
    public async Task ReadAsync_RecordsOfTheName_AreItsTexts()
    {
        (ZoneAnswer answer, DnsDatagram asked) = await AskAsync(request => Reply(request, answer: [Txt(Owner, "one"), Txt("_KMS.Host-A.b.a.xx", new string('k', 300))]));

        CollectionAssert.AreEqual(new[] { "one", new string('k', 300) }, Texts(answer));
        Assert.IsFalse(asked.RecursionDesired);
        Assert.AreEqual(Owner, asked.Question.Single().Name);
        Assert.AreEqual(DnsResourceRecordType.TXT, asked.Question[0].Type);
    }

    [TestMethod]
    public async Task ReadAsync_AliasLedElsewhere_IsNoKey()
    {
        (ZoneAnswer answer, _) = await AskAsync(request => Reply(request, answer: [Txt("other.b.a.xx", "not mine")]));

        Assert.IsTrue(answer.IsKnown);
        Assert.IsEmpty(answer.Texts!);
    }

    [TestMethod]
    [DataRow(DnsResponseCode.NoError)]
    [DataRow(DnsResponseCode.NxDomain)]
    public async Task ReadAsync_NothingThere_IsNoKey(DnsResponseCode code)
    {
        (ZoneAnswer answer, _) = await AskAsync(request => Reply(request, code));

        Assert.IsTrue(answer.IsKnown);
        Assert.IsEmpty(answer.Texts!);
    }

    [TestMethod]
    public async Task ReadAsync_RecordWithoutData_IsPassedOver()
    {
        (ZoneAnswer answer, _) = await AskAsync(request => Reply(
            request, answer: [new DnsResourceRecord(Owner, DnsResourceRecordType.TXT, DnsClass.IN, 60, new DnsTXTRecordData(new MemoryStream([0, 0]))), Txt(Owner, "one")]));

        CollectionAssert.AreEqual(new[] { "one" }, Texts(answer));
    }

    [TestMethod]
    [DataRow(DnsResponseCode.Refused, true)]
    [DataRow(DnsResponseCode.ServerFailure, true)]
    [DataRow(DnsResponseCode.NoError, false)]
    [DataRow(DnsResponseCode.NxDomain, false)]
    public async Task ReadAsync_RefusedOrWithoutAuthority_IsNotKnown(DnsResponseCode code, bool isAuthoritative)
    {
        (ZoneAnswer answer, _) = await AskAsync(request => Reply(request, code, isAuthoritative, [Txt(Owner, "one")]));

        Assert.IsFalse(answer.IsKnown);
    }

    [TestMethod]
    public async Task ReadAsync_MoreRecordsThanAreLookedAt_AreTheFirst()
    {
        string[] texts = [.. Enumerable.Range(0, Spec.MaximumTextsOfHost + 1).Select(i => $"{i}")];
        (ZoneAnswer answer, _) = await AskAsync(request => Reply(request, answer: [.. texts.Select(text => Txt(Owner, text))]));

        CollectionAssert.AreEqual(texts[..^1], Texts(answer));
    }

    [TestMethod]
    public async Task ReadAsync_ServerThrows_IsNotKnown()
    {
        (ZoneAnswer late, _) = await AskAsync(_ => throw new TimeoutException());
        (ZoneAnswer nothing, _) = await AskAsync(_ => null!);

        Assert.IsFalse(late.IsKnown);
        Assert.IsFalse(nothing.IsKnown);
    }

    private static async Task<(ZoneAnswer Answer, DnsDatagram Asked)> AskAsync(Func<DnsDatagram, DnsDatagram> zones)
    {
        DnsDatagram? asked = null;
        StubDnsServer server = new()
        {
            ApplicationFolder = "",
            Zones = request =>
            {
                asked = request;
                return Task.FromResult(zones(request));
            },
        };
        ZoneAnswer answer = await new ZoneKeySource(server).ReadAsync(RunningApp.Host, CancellationToken.None);
        return (answer, asked!);
    }

    private static DnsDatagram Reply(DnsDatagram request, DnsResponseCode code = DnsResponseCode.NoError, bool isAuthoritative = true, params DnsResourceRecord[] answer) =>
        new(request.Identifier, true, request.OPCODE, isAuthoritative, false, false, true, false, false, code, request.Question, answer);

    private static DnsResourceRecord Txt(string owner, string text) => new(owner, DnsResourceRecordType.TXT, DnsClass.IN, 60, new DnsTXTRecordData(text));

    private static string[] Texts(ZoneAnswer answer) => [.. answer.Texts!.Select(text => Encoding.ASCII.GetString(text.Span))];
}
