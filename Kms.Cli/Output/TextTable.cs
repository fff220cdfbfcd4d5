using Spectre.Console;

namespace Kms.Cli;

/// <summary>Rows for people: a table on a terminal, and columns with tabs between them elsewhere.</summary>
/// <param name="titles">The columns' titles.</param>
internal sealed class TextTable(params string[] titles)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(CommandEnvironment environment)
    {
        if (!environment.IsTerminal)
        {
            foreach (string[] row in (IEnumerable<string[]>)[titles, .. _rows]) environment.Output.WriteLine(string.Join('\t', row));
            return;
        }
        Table table = new() { Border = TableBorder.None };
        foreach (string title in titles) table.AddColumn(new TableColumn(new Text(title, new Style(decoration: Decoration.Bold))) { NoWrap = true });
        foreach (string[] row in _rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Output) }).Write(table);
    }
}
