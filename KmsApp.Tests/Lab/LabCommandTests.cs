using Kms.Lab;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Lab;

[TestClass]
public sealed class LabCommandTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task RunAsync_AsJson_HasTheArrowsOfFigure8AndParses()
    {
        (int code, string output) = await RunAsync(Only("arrows", "own-table"), "--json");

        JObject report = JObject.Parse(output);
        JToken[] lines = [.. report["lines"]!];
        Assert.AreEqual(LabCommand.Good, code);
        Assert.IsTrue((bool)report["asExpected"]!);
        Assert.HasCount(2, lines);
        CollectionAssert.AreEqual(
            new[] { "81", "82", "83", "84", "85", "86", "87" }, lines[0]["arrows"]!.Select(arrow => (string?)arrow["number"]).ToArray());
        Assert.IsTrue(lines[0]["arrows"]!.All(arrow => (int)arrow["bytes"]! > 100));
        long[] times = [.. lines[0]["arrows"]!.Select(arrow => (long)arrow["microseconds"]!)];
        CollectionAssert.AreEqual(times.Order().ToArray(), times);
        Assert.AreEqual((string?)lines[1]["expected"], (string?)lines[1]["came"]);
    }

    [TestMethod]
    public async Task RunAsync_NotOnATerminal_PrintsPlainAscii()
    {
        (int code, string output) = await RunAsync(Only("arrows", "key"), "--depth", "2");

        Assert.AreEqual(LabCommand.Good, code, output);
        Assert.IsTrue(output.All(c => char.IsAscii(c) && (!char.IsControl(c) || c is '\r' or '\n')));
        Assert.Contains("2 of 2 lines are as expected", output);
        Assert.DoesNotContain("v=KMS1", output);
    }

    [TestMethod]
    public async Task RunAsync_Verbose_PrintsEachMessage()
    {
        (_, string output) = await RunAsync(Only("arrows"), "--verbose");

        foreach (string type in new[] { "inquiry", "sign", "delivery", "attestation", "answer" }) Assert.Contains($"v=KMS1;\n      t={type}", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public async Task RunAsync_ALineNotAsExpected_ExitsNonZeroAndSaysSo()
    {
        (int code, string output) = await RunAsync(plan => [.. CheckList.For(plan).Where(check => check.Id == "key").Select(check => check with { Expected = "pigs that fly" })], "--depth", "2");

        Assert.AreEqual(LabCommand.Bad, code);
        Assert.Contains("NOT AS EXPECTED", output);
        Assert.Contains("0 of 1 lines are as expected", output);
    }

    [TestMethod]
    public async Task RunAsync_ACheckThatThrows_ExitsNonZero()
    {
        (int code, string output) = await RunAsync(_ => [new LabCheck("x", "g", "t", "nothing", _ => throw new InvalidOperationException("broken on purpose"))], "--depth", "2");

        Assert.AreEqual(LabCommand.Bad, code);
        Assert.Contains("broken on purpose", output);
    }

    [TestMethod]
    public async Task RunAsync_NoCheckAtAll_ExitsNonZero()
    {
        (int code, _) = await RunAsync(_ => [], "--depth", "2");

        Assert.AreEqual(LabCommand.Bad, code);
    }

    [TestMethod]
    [DataRow("--depth", "1", "2 to 10")]
    [DataRow("--depth", "11", "2 to 10")]
    [DataRow("--depth", "deep", "2 to 10")]
    [DataRow("--authentication", "none", "signature")]
    [DataRow("--speed", "1", "--speed")]
    public async Task RunAsync_WrongOption_ExitsNonZeroAndSaysWhatIsRight(string option, string value, string says)
    {
        (int code, string output) = await RunAsync(_ => throw new InvalidOperationException("It ran."), option, value);

        Assert.AreEqual(LabCommand.Bad, code);
        Assert.Contains(says.Replace("2 to 10", "from 2 to 10", StringComparison.Ordinal), output);
    }

    [TestMethod]
    public async Task RunAsync_Serve_StaysUpUntilItIsEndedAndLeavesNothing()
    {
        using CancellationTokenSource ending = new();
        using FlushWriter output = new();
        Task<int> running = new LabCommand(output, isTerminal: false, Only("key")).RunAsync(["--serve", "--depth", "2"], ending.Token);
        await output.Flushed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.CancellationToken);
        string printed = output.ToString();
        string key = printed.Split('\n').Single(line => line.Contains("host-a.d2.xx, for kms: ", StringComparison.Ordinal)).Split(": ")[1].Trim();
        Assert.IsTrue(Directory.Exists(key), key);
        Assert.IsFalse(running.IsCompleted);

        await ending.CancelAsync();
        int code = await running;

        Assert.AreEqual(LabCommand.Good, code);
        Assert.Contains("dig @", printed);
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(key))));
    }

    private static Func<HierarchyPlan, IReadOnlyList<LabCheck>> Only(params string[] ids) => plan => [.. CheckList.For(plan).Where(check => ids.Contains(check.Id))];

    private static async Task<(int Code, string Output)> RunAsync(Func<HierarchyPlan, IReadOnlyList<LabCheck>> checks, params string[] args)
    {
        using StringWriter output = new();
        int code = await new LabCommand(output, isTerminal: false, checks).RunAsync(args);
        return (code, output.ToString());
    }

    /// <summary>Tells when it is flushed: what is to be read is there.</summary>
    private sealed class FlushWriter : StringWriter
    {
        private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Flushed => _flushed.Task;

        public override void Flush()
        {
            base.Flush();
            if (ToString().Contains("Ctrl+C", StringComparison.Ordinal)) _flushed.TrySetResult();
        }
    }
}
