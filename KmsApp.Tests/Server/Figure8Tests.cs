using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

[TestClass]
public sealed class Figure8Tests
{
    [TestMethod]
    [DataRow(AuthenticationMode.Signature)]
    [DataRow(AuthenticationMode.Mac)]
    public async Task Inquiry_OfHostAForHostB_TravelsArrows81To87(AuthenticationMode mode)
    {
        using Figure7 network = new(mode);

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(ResponseKind.Records, response.Kind);
        Answer answer = (Answer)response.Messages[0].Message;
        Attestation attestation = (Attestation)response.Messages[1].Message;
        Assert.AreEqual(network.KeyB.PublicKey, attestation.Key);
        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms00.Verification));
        Assert.IsTrue(response.Messages[0].IsSignedBy(network.Kms1.Verification));
        Assert.AreEqual(response.Messages[1].Digest, answer.Of);
        Assert.AreEqual("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx", answer.Path.ToString());
        string[] expected = ["82 Inquiry kms0.a.xx", "83 Inquiry kms2.c.a.xx", "84 SignatureRequest kms0.a.xx", "85 SignatureRequest kms00.xx", "86 Delivery kms1.b.a.xx"];
        string[] arrows = [.. expected.Select(e => e[3..])];
        CollectionAssert.AreEqual(arrows, network.Network.Sent.Select(s => $"{s.Request.Type} {s.Request.To}").ToArray());
        Assert.IsTrue(network.Network.Sent.All(s => s.Acknowledged));
    }

    [TestMethod]
    public async Task Inquiry_ForANameWithoutAKeyInAnotherDomain_IsUnsolvedAtOnce()
    {
        using Figure7 network = new();

        Response response = await network.AskAsync(network.Inquire(DomainName.Parse("nobody.c.a.xx")));

        Unsolved unsolved = (Unsolved)response.Messages.Single().Message;
        Assert.AreEqual(Reason.NotFound, unsolved.Reason);
        Assert.AreEqual("kms1.b.a.xx,kms0.a.xx", unsolved.Path.ToString());
        Assert.IsTrue(response.Messages[0].IsSignedBy(network.Kms1.Verification));
    }
}
