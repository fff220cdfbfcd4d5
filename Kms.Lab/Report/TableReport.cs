using System.Globalization;
using Kms.Protocol;
using Spectre.Console;

namespace Kms.Lab;

/// <summary>Shows a run as tables.</summary>
internal sealed class TableReport(IAnsiConsole console, bool isVerbose)
{
    private const int PlainWidth = 150;

    /// <summary>A console for a writer: with colours on a terminal, else plain ASCII tables of a fixed width.</summary>
    public static IAnsiConsole ConsoleFor(TextWriter output, bool isTerminal)
    {
        if (isTerminal) return AnsiConsole.Create(new AnsiConsoleSettings());
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = false;
        return console;
    }

    public void Write(LabReport report)
    {
        WriteServers(report);
        foreach (IGrouping<string, LabResult> group in report.Results.GroupBy(result => result.Check.Group))
        {
            console.WriteLine();
            console.MarkupLine($"[bold]{Markup.Escape(group.Key)}[/]");
            if (group.First().Observation.ExpectedArrows.Count > 0) foreach (LabResult result in group) WriteArrows(result);
            else WriteLines(group);
        }
        console.WriteLine();
        string summary = string.Create(
            CultureInfo.InvariantCulture, $"{report.AsExpected} of {report.Results.Count} lines are as expected, in {report.Took.TotalSeconds:0.0} s.");
        console.MarkupLine(report.IsGood ? $"[green]{summary}[/]" : $"[red]{summary}[/]");
    }

    private void WriteServers(LabReport report)
    {
        console.MarkupLine($"[bold]KMS lab[/]: {Markup.Escape(report.Plan.Title)}");
        console.WriteLine($"KMSs and hosts authenticate to each other by {(report.Authentication == SealKind.Mac ? "pairwise MACs" : "signatures")}; every packet below went over a socket.");
        Table table = NewTable("DNS server with KmsApp.zip", "serves", "at");
        foreach ((string name, string domain, string endpoint) in report.Servers) table.AddRow(new Text(name), new Text(domain), new Text(endpoint));
        console.Write(table);
    }

    private void WriteArrows(LabResult result)
    {
        console.WriteLine(result.Check.Title);
        Observation observation = result.Observation;
        Table table = NewTable("arrow", "from", "to", "message", "authenticated by", "bytes", "us after 81", "as expected");
        table.Columns[5].RightAligned();
        table.Columns[6].RightAligned();
        for (int i = 0; i < Math.Max(observation.Arrows.Count, observation.ExpectedArrows.Count); i++)
        {
            Arrow? came = observation.Arrows.ElementAtOrDefault(i), expected = observation.ExpectedArrows.ElementAtOrDefault(i);
            Text verdict = came?.ToString() == expected?.ToString() ? Good("yes") : Bad($"no, expected: {expected?.ToString() ?? "none"}");
            if (came is null) table.AddRow(Text.Empty, new Text("none came"), Text.Empty, Text.Empty, Text.Empty, Text.Empty, Text.Empty, verdict);
            else
            {
                table.AddRow(
                    new Text(came.Number), new Text(came.From), new Text(came.To), new Text(came.Type), new Text(came.AuthenticatedBy),
                    Number(came.Bytes), Number(came.Microseconds), verdict);
            }
        }
        console.Write(table);
        if (!result.IsAsExpected) console.Write(Bad(observation.Came + Environment.NewLine));
        if (isVerbose) WriteTexts(observation.Arrows);
    }

    private void WriteTexts(IReadOnlyList<Arrow> arrows)
    {
        foreach (Arrow arrow in arrows)
        {
            console.WriteLine($"{arrow.Number} {arrow.From} -> {arrow.To}");
            foreach (string text in arrow.Texts) console.WriteLine("   " + text.Replace("; ", ";\n      ", StringComparison.Ordinal));
        }
    }

    private void WriteLines(IEnumerable<LabResult> results)
    {
        Table table = NewTable("what is done", "expected", "came");
        foreach (LabResult result in results)
        {
            string detail = result.Observation.Detail.Length == 0 ? "" : $" ({result.Observation.Detail})";
            string came = result.IsAsExpected && !isVerbose ? "as expected" : result.Observation.Came;
            table.AddRow(new Text(result.Check.Title), new Text(result.Check.Expected), result.IsAsExpected ? Good(came + detail) : Bad("NOT AS EXPECTED: " + came + detail));
        }
        console.Write(table);
    }

    private Table NewTable(params string[] columns)
    {
        Table table = new() { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii };
        foreach (string column in columns) table.AddColumn(new TableColumn(new Text(column)));
        return table;
    }

    private static Text Number(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    private static Text Good(string text) => new(text, new Style(Color.Green));

    private static Text Bad(string text) => new(text, new Style(Color.Red));
}
