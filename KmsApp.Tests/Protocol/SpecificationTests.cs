using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>What docs/PROTOCOL.md shows is what is sent.</summary>
[TestClass]
public sealed partial class SpecificationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Protocol", "PROTOCOL.md"));

    private static readonly (string Kind, string Name, string Content)[] Blocks =
        [.. Block().Matches(Page).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))];

    [TestMethod]
    public void Messages_OfThePage_AreTheVectorsOfFig8()
    {
        Dictionary<string, string> shown = Blocks.Where(block => block.Kind == "kms1").ToDictionary(block => block.Name, block => block.Content);
        Dictionary<string, string> vectors = VectorFile.ReadAll().Where(vector => vector.Name.StartsWith("fig8/", StringComparison.Ordinal))
            .ToDictionary(vector => vector.Name, vector => Encoding.ASCII.GetString(vector.Text));
        Assert.IsGreaterThan(10, vectors.Count);
        CollectionAssert.AreEquivalent(vectors.Keys, shown.Keys);
        foreach ((string name, string text) in vectors) Assert.AreEqual(text, shown[name], name);
    }

    [TestMethod]
    public void PublicKeys_OfThePage_AreThoseOfTheVectors()
    {
        foreach ((string key, string name) in ((string, string)[])
            [("kms00", Fig8.Kms00), ("kms0", Fig8.Kms0), ("kms1", Fig8.Kms1), ("kms2", Fig8.Kms2), ("host-a", Fig8.HostA), ("host-b", Fig8.HostB)])
        {
            StringAssert.Contains(Page, $"| `{name}` | `{VectorKeys.Public(key)}` |");
        }
    }

    [TestMethod]
    public void Packets_OfThePage_AreWhatIsSent()
    {
        DnsMessage request = KmsPacket.Request(0x4B4D, Fig8.HostB, Encoding.ASCII.GetBytes(Fig8.Arrow82.Text));
        DnsMessage response = KmsPacket.Response(request, Encoding.ASCII.GetBytes(Fig8.Acknowledgement.Text));
        AssertShown("82-request", request.ToArray());
        AssertShown("82-response", response.ToArray());
    }

    [TestMethod]
    public void Sections_OfThePage_HaveTheNumbersThatCommentsCite()
    {
        string[] titles = [.. Section().Matches(Page).Select(match => match.Groups[1].Value)];
        string[] expected = [.. Enumerable.Range(1, 11).Select(number => $"{number}")];
        CollectionAssert.AreEqual(expected, titles);
    }

    [TestMethod]
    public void FailureClasses_OfThePage_AreThoseOfTheCode()
    {
        foreach (MessageFault fault in Enum.GetValues<MessageFault>()) StringAssert.Contains(Page, $"| `{fault.ToString().ToLowerInvariant()}` | ");
    }

    /// <summary>The commands of section 5, run as they stand there.</summary>
    [TestMethod]
    [DataRow("fig8/86-attestation", "kms00", true)]
    [DataRow("attestation/signature-name", "kms00", false)]
    [DataRow("fig8/81-inquiry", "host-a", true)]
    [DataRow("fig8/81-inquiry", "host-b", false)]
    public void Commands_OfThePage_CheckASignature(string vector, string key, bool expected)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The commands are for a POSIX shell.");
        using OpenSsl openssl = new();
        openssl.Make("version");
        openssl.Write("message.txt", VectorFile.Read(Path.Combine(VectorFile.Folder, vector + ".txt")).Text);
        openssl.Write("check.sh", Blocks.Single(block => block.Kind == "sh").Content);
        ProcessStartInfo start = new("sh", ["check.sh"]) { WorkingDirectory = openssl.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["key"] = VectorKeys.Public(key).ToString();
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(expected, process.ExitCode == 0, output);
        StringAssert.Contains(output, expected ? "Verified OK" : "Verification failure", StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertShown(string name, byte[] packet)
    {
        IEnumerable<string> lines = packet.Chunk(32).Select(line => string.Join(' ', line.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.AreEqual(string.Join('\n', lines), Blocks.Single(block => block.Name == name).Content);
    }

    [GeneratedRegex(@"^```(\w+) (\S+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^## (\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Section();
}
