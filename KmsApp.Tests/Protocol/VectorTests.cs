using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Every file of Vectors/: what it expects comes, and no other failure.</summary>
[TestClass]
public sealed class VectorTests
{
    private static readonly string[] FailureClasses =
        ["head", "length", "encoding", "type", "tag", "value", "combination", "seal", "signature", "mac"];

    private static Dictionary<string, VectorFile> Vectors { get; } = VectorFile.ReadAll().ToDictionary(vector => vector.Name);

    public static IEnumerable<object[]> Names => Vectors.Keys.Select(name => new object[] { name });

    [TestMethod]
    public void Vectors_Folder_HoldsEveryTypeAndClass()
    {
        Assert.IsGreaterThan(700, Vectors.Count);
        foreach (MessageType type in Enum.GetValues<MessageType>())
        {
            Assert.IsTrue(Vectors.Values.Any(vector => vector.Expect == "success"
                && MessageText.TryParse(vector.Text, out MessageText? message, out _) && message.Message.Type == type), $"no good {type}");
        }
        foreach (string failure in FailureClasses) Assert.IsTrue(Vectors.Values.Any(vector => vector.Expect == failure), $"no {failure}");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Vector_Read_MeetsItsExpectation(string name)
    {
        VectorFile vector = Vectors[name];
        Assert.AreEqual(vector.Expect, Outcome(vector), vector.Why);
    }

    [TestMethod]
    public void Vectors_WithKeys_ImportAsTheyExpect()
    {
        KeyImporter importer = VectorKeys.Importer();
        int count = 0;
        foreach (VectorFile vector in Vectors.Values.Where(vector => vector.Expect == "success"))
        {
            Assert.IsTrue(MessageText.TryParse(vector.Text, out MessageText? message, out _), vector.Name);
            PublicKey? key = message.Message switch
            {
                Attestation attestation => attestation.Key,
                SignatureRequest request => request.Key,
                KeyRecord record => record.Key,
                _ => null,
            };
            string? outcome = null;
            if (key is not null)
            {
                outcome = importer.TryImport(key, out VerificationKey? imported, out KeyFault fault) ? imported.PublicKey.Algorithm.ToString() : fault.ToString();
                imported?.Dispose();
                count++;
            }
            Assert.AreEqual(vector.Import, outcome, vector.Name);
        }
        Assert.IsGreaterThan(20, count);
    }

    /// <summary>
    /// The vectors can be made again to the byte: the signatures have the nonces of RFC 6979. With KMS_WRITE_VECTORS=1
    /// this test writes them instead, for a new message or a changed rule.
    /// </summary>
    [TestMethod]
    public void Vectors_MadeAgain_AreTheSame()
    {
        Dictionary<string, VectorFile> made = VectorSet.All().ToDictionary(vector => vector.Name);
        if (Environment.GetEnvironmentVariable("KMS_WRITE_VECTORS") == "1")
        {
            VectorSet.Write(made.Values);
            Assert.Inconclusive($"Wrote {made.Count} vectors.");
        }
        CollectionAssert.AreEquivalent(made.Keys, Vectors.Keys);
        foreach (VectorFile vector in made.Values) Assert.AreEqual(vector.Format(), Vectors[vector.Name].Format(), vector.Name);
    }

    private static string Outcome(VectorFile vector)
    {
        if (!MessageText.TryParse(vector.Text, out MessageText? message, out MessageFault fault)) return fault.ToString().ToLowerInvariant();
        if (vector.Key is not null)
        {
            using VerificationKey key = VectorKeys.Verifying(vector.Key);
            return message.IsSignedBy(key) ? "success" : "signature";
        }
        if (vector.Mac is not null)
        {
            string[] parties = vector.Mac.Split(' ');
            using SigningKey receiver = VectorKeys.Private(parties[3]);
            Assert.IsTrue(receiver.TryAgree(DomainName.Parse(parties[2]), DomainName.Parse(parties[0]), VectorKeys.Public(parties[1]), sending: false, out PairwiseKey? key));
            return message.IsAuthenticatedBy(key) ? "success" : "mac";
        }
        return message.Seal.Kind == SealKind.None ? "success" : "a sealed message without a key to check it";
    }
}
