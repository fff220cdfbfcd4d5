using System.Diagnostics;
using System.Net;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms list</c>, <c>kms forget</c>, and <c>kms get</c> from the table.</summary>
[TestClass]
public sealed class TableCommandTests
{
    private static readonly Use Ssh = Use.Parse("ssh");

    private readonly HostFolder _folder = new(Directory.CreateTempSubdirectory("Kms.Cli.").FullName);
    private readonly VirtualTime _time = new();

    private DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private FileKeyTable Table => new(_folder.FileOf("table"));

    [TestInitialize]
    public void WriteFolder()
    {
        _folder.WriteSettings(new HostSettings { Name = ClientWorld.HostA.Name, Kms = ClientWorld.Standard.Kms, Trust = [ClientWorld.TopAnchor] });
        TestKeyFile.Write(_folder.FileOf("identity.pem"), ClientWorld.HostA.Key);
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder.Path, recursive: true);

    [TestMethod]
    public async Task List_SomeKeys_OneLineEachInOrder()
    {
        Keep(ClientWorld.HostB, minutes: 60);
        Keep(new TestParty("alpha.c.a.xx"), minutes: 90, use: Ssh);
        Keep(new TestParty("alpha.c.a.xx"), minutes: 20);

        (ExitCode code, string output, string error) = await RunAsync("list");

        Assert.AreEqual(ExitCode.Found, code, error);
        string[][] rows = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
        CollectionAssert.AreEqual(new[] { "NAME", "USE", "ANCHOR", "KEY (SHA-256)", "COUNTS FOR" }, rows[0]);
        CollectionAssert.AreEqual(new[] { "alpha.c.a.xx identity 20 min 0 s", "alpha.c.a.xx ssh 1 h 30 min", "host-b.c.a.xx identity 1 h 0 min" }, rows[1..].Select(row => $"{row[0]} {row[1]} {row[4]}").ToArray());
        Assert.AreEqual(ClientWorld.HostB.PublicKey.Fingerprint.ToString(), rows[3][3]);
    }

    [TestMethod]
    public async Task List_Json_TheDocumentedShape()
    {
        Keep(ClientWorld.HostB, minutes: 60);

        (ExitCode code, string output, string error) = await RunAsync("list", "--json");

        Assert.AreEqual(ExitCode.Found, code, error);
        JObject expected = new()
        {
            ["keys"] = new JArray(new JObject
            {
                ["name"] = "host-b.c.a.xx",
                ["use"] = "identity",
                ["key"] = ClientWorld.HostB.PublicKey.ToString(),
                ["algorithm"] = "P-256",
                ["fingerprint"] = ClientWorld.HostB.PublicKey.Fingerprint.ToString(),
                ["anchor"] = "kms00.xx",
                ["at"] = "2026-09-21T14:13:20Z",
                ["expires"] = "2026-09-21T15:13:20Z",
                ["source"] = "table",
                ["answeredBy"] = ClientWorld.Kms1.Name.Value,
                ["path"] = "",
            }),
        };
        Assert.AreEqual(expected.ToString(Formatting.None), output.TrimEnd());
    }

    [TestMethod]
    public async Task List_ExpiredOrNoLongerTrusted_NotShown()
    {
        Keep(ClientWorld.HostB, minutes: 1);
        Keep(new TestParty("other.c.a.xx"), minutes: 60, anchor: ClientWorld.Kms0);
        _time.Advance(TimeSpan.FromMinutes(1));

        (ExitCode code, string output, string error) = await RunAsync("list");
        Assert.AreEqual(ExitCode.Found, code);
        Assert.AreEqual("", output);
        Assert.Contains("no key", error);
        (_, output, _) = await RunAsync("list", "--json");
        Assert.AreEqual("{\"keys\":[]}", output.TrimEnd());
    }

    [TestMethod]
    public async Task List_WithoutSettings_Misused()
    {
        File.Delete(_folder.SettingsFile);
        (ExitCode code, string output, string error) = await RunAsync("list");
        Assert.AreEqual(ExitCode.Misused, code);
        Assert.AreEqual("", output);
        Assert.Contains("kms.json", error);
    }

    [TestMethod]
    public async Task Forget_AName_EntryGoneAndMarkStays()
    {
        Keep(ClientWorld.HostB, minutes: 60);
        Keep(ClientWorld.HostB, minutes: 60, use: Ssh);

        (ExitCode code, string output, string error) = await RunAsync("forget", "host-b.c.a.xx");

        Assert.AreEqual(ExitCode.Found, code, error);
        Assert.AreEqual("", output);
        Assert.Contains("forgot the identity key of host-b.c.a.xx by kms00.xx; its mark stays", error);
        Assert.AreEqual(Ssh, Table.Entries(Start).Single().Question.Use);
        Assert.IsTrue(Table.HasMark(ClientWorld.HostB.Name, Use.Identity, Start));
    }

    [TestMethod]
    public async Task Forget_AllUsesWithMarks_NothingStays()
    {
        Keep(ClientWorld.HostB, minutes: 60);
        Keep(ClientWorld.HostB, minutes: 60, use: Ssh);

        (ExitCode code, _, string error) = await RunAsync("forget", "host-b.c.a.xx", "--all-uses", "--mark");

        Assert.AreEqual(ExitCode.Found, code, error);
        Assert.Contains("forgot the ssh key of host-b.c.a.xx by kms00.xx and its mark.", error);
        Assert.AreEqual(0, Table.Count);
    }

    [TestMethod]
    [DataRow("nobody.c.a.xx", (int)ExitCode.Found, "nothing to forget")]
    [DataRow("not a name", (int)ExitCode.Misused, "is no domain name")]
    public async Task Forget_WhatIsNotThere_Said(string name, int expected, string says)
    {
        Keep(ClientWorld.HostB, minutes: 60);
        (ExitCode code, _, string error) = await RunAsync("forget", name);
        Assert.AreEqual(expected, (int)code, error);
        Assert.Contains(says, error);
        Assert.AreEqual(1, Table.Count);
    }

    [TestMethod]
    public async Task Get_AKeyInTheTable_NoNetworkNeeded()
    {
        Keep(ClientWorld.HostB, minutes: 60);
        (ExitCode code, string output, string error) = await RunAsync("get", "host-b.c.a.xx");
        Assert.AreEqual(ExitCode.Found, code, error);
        Assert.AreEqual(ClientWorld.HostB.PublicKey.ToPem(), output.TrimEnd());
        Assert.AreEqual("", error);
    }

    [TestMethod]
    public async Task Get_ATableThatCannotBeRead_FailedWithItsReason()
    {
        Keep(ClientWorld.HostB, minutes: 60);
        string file = FileKeyTableTests.RowFiles(_folder.FileOf("table")).Single();
        File.Delete(file);
        Directory.CreateDirectory(file);
        (ExitCode code, string output, string error) = await RunAsync("get", "host-b.c.a.xx");
        Assert.AreEqual(ExitCode.Failed, code);
        Assert.AreEqual("", output);
        Assert.Contains("key table cannot be read", error);
    }

    [TestMethod]
    public async Task List_TheBuiltCommand_PrintsJson()
    {
        ProcessStartInfo start = new("dotnet", [typeof(KmsCommand).Assembly.Location, "--config", _folder.Path, "list", "--json"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode);
        Assert.AreEqual("{\"keys\":[]}", output.TrimEnd());
    }

    private void Keep(TestParty host, int minutes, Use use = default, TestParty? anchor = null)
    {
        anchor ??= ClientWorld.Kms00;
        Attestation attestation = new(host.Name, use, host.PublicKey, anchor.Name, Start, Start.AddMinutes(minutes));
        Assert.IsTrue(Table.TryKeep(new KeyTableEntry(anchor.Sign(attestation), anchor.PublicKey, ClientWorld.Kms1.Name, KmsPath.None, Start), Start, out string? trouble));
        Assert.IsNull(trouble);
    }

    private async Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        CommandEnvironment environment = new() { Output = output, Error = error, Time = _time, Wire = new NoWire(), Variable = _ => null };
        int code = await new KmsCommand(environment).RunAsync(["--config", _folder.Path, .. args]);
        return ((ExitCode)code, output.ToString(), error.ToString());
    }

    /// <summary>There is no network, and nobody may try.</summary>
    private sealed class NoWire : IDnsWire
    {
        public IDnsConversation OpenUdp(IPEndPoint server) => throw new InvalidOperationException("The network was used.");

        public Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) => throw new InvalidOperationException("The network was used.");
    }
}
