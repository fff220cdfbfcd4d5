using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Docs;

/// <summary>docs/THREATS.md says which rule stops an attack and what shows it: all of that is there.</summary>
[TestClass]
public sealed partial class ThreatsTests
{
    private const BindingFlags Anything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
    private const string NoTest = "*no test*";

    private static readonly string Page = Read("THREATS.md");

    private static readonly ILookup<string, Type> Types = new[]
    {
        typeof(ThreatsTests), typeof(Spec), typeof(Kms.Server.Limits), typeof(Kms.Client.Limits), typeof(Kms.Cli.TunnelLimits), typeof(WorkQueue),
    }.SelectMany(type => type.Assembly.GetTypes()).ToLookup(type => type.Name);

    private static readonly HashSet<string> LabLines = [.. CheckList.For(HierarchyPlan.Figure7).Select(check => check.Id)];

    [TestMethod]
    public void Names_OfThePage_AreThoseOfTheCode()
    {
        string[] named = [.. CodeName().Matches(Page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.IsGreaterThan(100, named.Length);
        Assert.AreEqual("", string.Join(", ", named.Where(name => !IsThere(name))));
    }

    [TestMethod]
    [DataRow("ThreatsTests.Names_OfThePage_AreThoseOfTheCode", true)]
    [DataRow("Limits.KeyTableEntries", true)]
    [DataRow("Limits.TableRows", true)]
    [DataRow("ThreatsTests.Read", false)] // of a class of tests, but none
    [DataRow("ThreatsTests.Names_OfNoPage", false)]
    [DataRow("Limits.NoSuchThing", false)]
    [DataRow("NoSuchTests.Names_OfThePage_AreThoseOfTheCode", false)]
    public void IsThere_AName_IsTrueOfTestsAndMembers(string name, bool expected) => Assert.AreEqual(expected, IsThere(name));

    [TestMethod]
    public void LabLines_OfThePage_AreThoseOfTheLab()
    {
        string[] named = [.. LabLine().Matches(Page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.IsGreaterThan(15, named.Length);
        Assert.AreEqual("", string.Join(", ", named.Where(id => !LabLines.Contains(id))));
    }

    /// <summary>Each attack has a test or a line of the lab, or says that it has none.</summary>
    [TestMethod]
    public void Attacks_OfThePage_SayWhatShowsTheRule()
    {
        int count = 0;
        foreach (string table in AttackTable().Matches(Page).Select(match => match.Groups[1].Value))
        {
            foreach (string row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] cells = row.Trim('|').Split('|');
                Assert.HasCount(3, cells, row);
                Assert.IsTrue(CodeName().IsMatch(cells[2]) || LabLine().IsMatch(cells[2]) || cells[2].Contains(NoTest, StringComparison.Ordinal), row);
                count++;
            }
        }
        Assert.IsGreaterThan(60, count);
    }

    [TestMethod]
    [DataRow("THREATS.md")]
    [DataRow("SECURITY.md")]
    public void Links_OfThePage_LeadToHeadings(string page)
    {
        int count = 0;
        foreach (Match link in Link().Matches(Read(page)))
        {
            string target = Path.GetFileName(link.Groups[1].Value), heading = link.Groups[2].Value;
            string[] headings = [.. Heading().Matches(Read(target.Length == 0 ? page : target)).Select(match => Slug(match.Groups[1].Value))];
            if (heading.Length > 0) CollectionAssert.Contains(headings, heading, link.Value);
            count++;
        }
        Assert.IsGreaterThan(2, count);
    }

    /// <summary>The sizes of section 6 are those of the packets of docs/PROTOCOL.md section 10.</summary>
    [TestMethod]
    public void Sizes_OfThePage_AreThoseOfFig8()
    {
        DnsMessage inquiry = KmsPacket.Request(0, Fig8.HostB, Text("81-inquiry")), between = KmsPacket.Request(0, Fig8.HostB, Text("82-inquiry"));
        string owner = "_kms." + Fig8.HostB;
        DnsMessage ordinary = new() { Questions = [new DnsQuestion(owner, DnsType.Txt)], Edns = new Edns() };

        AssertSizes(inquiry, KmsPacket.AskAgainOverTcp(inquiry));
        AssertSizes(inquiry, KmsPacket.Response(inquiry, Text("87-answer"), Text("86-attestation")));
        AssertSizes(between, KmsPacket.Response(between, Text("82-ack")));
        AssertSizes(ordinary, ordinary with { Answers = [new DnsRecord(owner, DnsType.Txt, DnsClass.In, 60, TxtData.Split(Text("key-record").Span))] });

        static ReadOnlyMemory<byte> Text(string vector) => VectorFile.Read(Path.Combine(VectorFile.Folder, "fig8", vector + ".txt")).Text;
        static void AssertSizes(DnsMessage request, DnsMessage response) =>
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" | {request.ToArray().Length} | {response.ToArray().Length} |\n"), Page);
    }

    /// <summary>What stands in other programs' files, in logs and on terminals, and in the environment of commands.</summary>
    [TestMethod]
    public void NamesAndUses_WithAnyOtherCharacter_AreNone()
    {
        for (int c = 0; c <= 0xFF; c++)
        {
            byte[] name = [(byte)'a', (byte)c, (byte)'b'];
            Assert.AreEqual(char.IsAsciiLetterLower((char)c) || char.IsAsciiDigit((char)c) || c is '-' or '_' or '.', DomainName.TryParse(name, out _), $"{c:x2} in a name");
            Assert.AreEqual(char.IsAsciiLetterLower((char)c) || char.IsAsciiDigit((char)c) || c is '-', Use.TryParse(name, out _), $"{c:x2} in a use");
            bool isOfAPerson = char.IsAsciiLetterOrDigit((char)c) || c is '-' or '_' or '.';
            Assert.AreEqual(isOfAPerson, DomainName.TryParse(Encoding.Latin1.GetString(name), out DomainName read), $"{c:x2} in a name as a person writes it");
            if (isOfAPerson) Assert.AreEqual(read.Value, read.Value.ToLowerInvariant());
        }
        foreach (string path in (string[])["..", ".", "a..b", "../a", "/a", ""]) Assert.IsFalse(DomainName.TryParse(path, out _), path);
    }

    /// <summary>A member of a type with that name; of a class of tests, a test.</summary>
    private static bool IsThere(string name)
    {
        string[] parts = name.Split('.');
        return Types[parts[0]].SelectMany(type => type.GetMember(parts[1], Anything))
            .Any(member => !parts[0].EndsWith("Tests", StringComparison.Ordinal) || member.GetCustomAttribute<TestMethodAttribute>() is not null);
    }

    /// <summary>A heading's anchor, as Markdown is shown on the web.</summary>
    private static string Slug(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static string Read(string page) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", page)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"`([A-Z]\w+\.[A-Z]\w+)`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"^\| attack \| rule \| shown by \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex AttackTable();

    [GeneratedRegex(@"lab: `([\w-]+)`")]
    private static partial Regex LabLine();

    [GeneratedRegex(@"\]\((?!https?:)([\w./-]*)(?:#([\w-]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,4} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
