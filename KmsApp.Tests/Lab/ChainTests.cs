using Kms.Lab;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Lab;

/// <summary>Chains of domains, run by the command itself.</summary>
[TestClass]
public sealed class ChainTests
{
    [TestMethod]
    [DataRow(2, "mac")]
    [DataRow(5, "signature")]
    [DataRow(10, "signature")]
    public async Task Depth_OfAChain_EveryLineIsAsExpected(int depth, string authentication)
    {
        using StringWriter output = new();

        int code = await new LabCommand(output, isTerminal: false).RunAsync(["--depth", $"{depth}", "--authentication", authentication, "--json"]);

        JObject report = JObject.Parse(output.ToString());
        string[] faults = [.. report["lines"]!.Where(line => !(bool)line["asExpected"]!).Select(line => line.ToString())];
        Assert.IsEmpty(faults, string.Join(Environment.NewLine, faults));
        Assert.AreEqual(LabCommand.Good, code);
        Assert.HasCount(depth, report["servers"]!.ToArray());
        // Up the chain: 81, an inquiry for each further domain, 86 and 87.
        JToken arrows = report["lines"]!.Single(line => (string?)line["id"] == "arrows")["arrows"]!;
        Assert.HasCount(depth - 1, arrows.Where(arrow => (string?)arrow["number"] == "82").ToArray());
        Assert.IsTrue((bool)report["asExpected"]!);
    }
}
