using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>What the trust anchor signs: step 55.</summary>
[TestClass]
public sealed class AttestationTests
{
    private static readonly DateTimeOffset Start = new VirtualTime().GetUtcNow();

    private readonly VirtualTime _time = new();

    [TestMethod]
    public void Attest_OfManyNames_SignsEachOnce()
    {
        using Node kms = new(new Network(_time), DomainName.Parse("kms00.xx"), DomainName.Parse("xx"), [Figure7.Endpoint(1)]);
        (Attestor attestor, KeyTable table) = Make(kms);

        // Hashes of names are negative as often as not.
        for (int i = 0; i < 64; i++)
        {
            KeyQuestion question = new(DomainName.Parse($"h{i}.xx"), default, kms.Name);
            KeyTableEntry? entry = attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey));
            Assert.IsNotNull(entry);
            Assert.AreSame(entry, attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey)));
            Assert.IsTrue(entry.Text.IsSignedBy(kms.Verification));
        }
        Assert.AreEqual(64, table.Count);
    }

    [TestMethod]
    [DataRow(1799, true)]
    [DataRow(1800, true)]
    [DataRow(1801, false)]
    public void Attest_Again_ServesWhileHalfTheLifeIsLeft(int secondsLater, bool same)
    {
        using Node kms = new(new Network(_time), DomainName.Parse("kms00.xx"), DomainName.Parse("xx"), [Figure7.Endpoint(1)]);
        (Attestor attestor, _) = Make(kms);
        KeyQuestion question = new(Figure7.HostB, default, kms.Name);
        KeyTableEntry first = attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey))!;
        Assert.AreEqual(Start, first.Attestation.At);
        Assert.AreEqual(Start + TimeSpan.FromHours(1), first.Attestation.Expires);

        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        KeyTableEntry second = attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey))!;

        Assert.AreEqual(same, ReferenceEquals(first, second));
    }

    [TestMethod]
    public void Attest_AfterAnotherKeyOrEndOrOwnKey_SignsAnew()
    {
        using Node kms = new(new Network(_time), DomainName.Parse("kms00.xx"), DomainName.Parse("xx"), [Figure7.Endpoint(1)]);
        using SigningKey other = KeyImporter.Generate();
        (Attestor attestor, _) = Make(kms);
        KeyServerConfiguration configuration = kms.Configure();
        KeyQuestion question = new(Figure7.HostB, default, kms.Name);
        PublishedKey published = Published(kms.Key.PublicKey);
        KeyTableEntry first = attestor.Attest(configuration, question, published)!;
        KeyTableEntry ending = attestor.Attest(configuration, question, published with { Expires = Start + TimeSpan.FromMinutes(5) })!;
        KeyTableEntry replaced = attestor.Attest(configuration, question, published with { Key = other.PublicKey })!;
        KeyServerConfiguration rekeyed = new(kms.Name, kms.Domain, other, Node.Import(other.PublicKey), null, [], [], []);
        KeyTableEntry resigned = attestor.Attest(rekeyed, question, published with { Key = other.PublicKey })!;

        Assert.HasCount(4, new[] { first, ending, replaced, resigned }.Distinct().ToArray());
        Assert.AreEqual(Start + TimeSpan.FromMinutes(5), ending.Attestation.Expires);
        Assert.AreEqual(other.PublicKey, replaced.Attestation.Key);
        Assert.IsTrue(resigned.Text.IsSignedBy(Node.Import(other.PublicKey)));
    }

    [TestMethod]
    public void Attest_OfAKeyThatHasEnded_SignsNothing()
    {
        using Node kms = new(new Network(_time), DomainName.Parse("kms00.xx"), DomainName.Parse("xx"), [Figure7.Endpoint(1)]);
        (Attestor attestor, KeyTable table) = Make(kms);
        KeyQuestion question = new(Figure7.HostB, default, kms.Name);

        Assert.IsNull(attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey) with { Expires = Start }));
        Assert.AreEqual(0, table.Count);
        Assert.IsNotNull(attestor.Attest(kms.Configure(), question, Published(kms.Key.PublicKey) with { Expires = Start + TimeSpan.FromSeconds(1) }));
    }

    private static PublishedKey Published(PublicKey key) => new(key, Start, null);

    private (Attestor Attestor, KeyTable Table) Make(Node journal)
    {
        KeyTable table = new(journal, _time);
        return (new Attestor(table, journal, _time), table);
    }
}
