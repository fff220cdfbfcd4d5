using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

[TestClass]
public sealed class AskCommandTests
{
    [TestMethod]
    public async Task Ask_ARunningHierarchy_PrintsTheStepsAndTheKey()
    {
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(HierarchyPlan.Figure7, SealKind.Signature, warm: false);

        (int code, string output) = await RunAsync(Question(hierarchy, hierarchy.B.Name.Value));

        Assert.AreEqual(LabCommand.Good, code, output);
        foreach (string step in (string[])["step 62", "step 61", "step 63", "step 64", "step 65", "step 66"]) Assert.Contains(step, output);
        Assert.Contains($"key: {hierarchy.B.Key.PublicKey}", output);
        Assert.DoesNotContain("v=KMS1", output);
    }

    [TestMethod]
    public async Task Ask_Verbose_PrintsTheMessages()
    {
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(HierarchyPlan.Figure7, SealKind.Signature, warm: false);

        (_, string output) = await RunAsync([.. Question(hierarchy, hierarchy.B.Name.Value), "--verbose"]);

        Assert.Contains("v=KMS1; t=inquiry; ", output);
    }

    [TestMethod]
    public async Task Ask_ANameWithoutAKey_SaysSoAndExitsNonZero()
    {
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(HierarchyPlan.Figure7, SealKind.Signature, warm: false);

        (int code, string output) = await RunAsync(Question(hierarchy, "nobody.c.a.xx"));

        Assert.AreEqual(LabCommand.Bad, code);
        Assert.Contains("nobody.c.a.xx has no key, says", output);
        Assert.DoesNotContain("key: ", output);
    }

    [TestMethod]
    [DataRow("--kms", "kms1.b.a.xx", "write NAME=PUBLICKEY")]
    [DataRow("--trust", "kms00.xx=xx", "write NAME=DOMAIN=PUBLICKEY")]
    [DataRow("--trust", "kms00.xx=xx=MFkw", "This is no public key")]
    [DataRow("--server", "here", "is no address")]
    [DataRow("--key", "no-such-file.pem", "no-such-file.pem")]
    public async Task Ask_AWrongCommandLine_SaysWhatIsRight(string option, string value, string says)
    {
        using SigningKey key = KeyImporter.Generate();
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, key.ToPem());
            string[] args = ["ask", "host-b.c.a.xx", "--as", "host-a.b.a.xx", "--key", file, "--kms", $"kms1.b.a.xx={key.PublicKey}", "--server", "127.0.0.1:1", "--trust", $"kms00.xx=xx={key.PublicKey}"];
            args[Array.IndexOf(args, option) + 1] = value;

            (int code, string output) = await RunAsync(args);

            Assert.AreEqual(LabCommand.Bad, code);
            Assert.Contains(says, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task KeyRecord_EitherHalfOfAKey_IsTheRecordThatPublishesIt(bool isPublic)
    {
        using SigningKey key = KeyImporter.Generate();

        (int code, string output) = await KeyRecordAsync(isPublic ? key.PublicKey.ToPem() : key.ToPem());

        Assert.AreEqual(LabCommand.Good, code, output);
        CollectionAssert.AreEqual(
            new[] { "_kms.host-a.b.a.xx", $"v=KMS1; t=key; name=host-a.b.a.xx; key={key.PublicKey}", "" }, output.ReplaceLineEndings("\n").Split('\n'));
    }

    [TestMethod]
    [DataRow("nothing of the kind", "There is no PEM block")]
    [DataRow("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "not a PRIVATE KEY")]
    [DataRow("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----", "This is no public key")]
    public async Task KeyRecord_AFileWithoutAKey_SaysSo(string content, string says)
    {
        (int code, string output) = await KeyRecordAsync(content);

        Assert.AreEqual(LabCommand.Bad, code);
        Assert.Contains(says, output);
        Assert.DoesNotContain("v=KMS1", output);
    }

    private static string[] Question(Hierarchy hierarchy, string name)
    {
        (Party kms, Party anchor) = (hierarchy.KmsOfA, hierarchy.Top);
        return
        [
            "ask", name, "--as", hierarchy.A.Name.Value, "--key", KeyFiles.OfHost(hierarchy.Folder, hierarchy.A.Name.Value), "--kms", $"{kms.Name}={kms.Key.PublicKey}",
            "--server", hierarchy.KmsOfA.Endpoint.ToString(), "--trust", $"{anchor.Name}={hierarchy.Top.Domain}={anchor.Key.PublicKey}",
        ];
    }

    private static async Task<(int Code, string Output)> KeyRecordAsync(string content)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, content);
            return await RunAsync(["key-record", file, "host-a.b.a.xx"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] args)
    {
        using StringWriter output = new();
        int code = await new LabCommand(output, isTerminal: false, _ => throw new InvalidOperationException("The lab ran.")).RunAsync(args);
        return (code, output.ToString());
    }
}
