using System.CommandLine;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>How a command prints the record that publishes a key.</summary>
internal sealed class RecordOptions
{
    private readonly Option<uint> _ttl = new("--ttl") { Description = "The time to live of the record, in seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => ZoneServerOptions.StandardTtl };
    private readonly Option<RecordForm> _form = new("--form") { Description = "Print the record in one form alone: for the DNS console, as a line of a zone file, or as a script for nsupdate." };

    public void AddTo(Command command)
    {
        command.Options.Add(_form);
        command.Options.Add(_ttl);
    }

    /// <summary>The record to be published.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="record">What it says.</param>
    /// <param name="settings">Where a server may be named that takes updates; null: nowhere.</param>
    public PublishedRecord Publish(ParseResult parsed, KeyRecord record, HostSettings? settings) =>
        new(record, parsed.GetValue(_ttl), settings is null ? null : ZoneServerOptions.PlainAddressOf(settings));

    /// <summary>The record in the form that is asked for, its last line without an end.</summary>
    public string Text(ParseResult parsed, PublishedRecord record) => parsed.GetValue(_form) switch
    {
        RecordForm.Console => $"{record.Owner}\n{record.Text}",
        RecordForm.Zone => record.ZoneLine,
        RecordForm.Nsupdate => record.NsUpdateScript,
        _ => $"""
            The key of {record.Host} counts when this record is in the zone of its domain. 'kms enroll' puts it there, where the
            DNS server gives this host a TSIG key. Otherwise, one of these:

            In the DNS console, a record of type TXT:
              name  {record.Owner}
              text  {record.Text}

            In the zone file:
            {record.ZoneLine}

            With nsupdate -k KEYFILE:
            {record.NsUpdateScript}
            """,
    };
}
