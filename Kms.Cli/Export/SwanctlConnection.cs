using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A connection of strongSwan between this host and another one, as files in its folder.</summary>
/// <param name="Own">This host.</param>
/// <param name="Peer">The other one.</param>
/// <param name="Endpoint">Where it is reached.</param>
/// <param name="LocalSelectors">What may pass from this side.</param>
/// <param name="RemoteSelectors">What may pass from the other.</param>
/// <param name="StartAction">What happens when it is loaded.</param>
internal sealed record SwanctlConnection(DomainName Own, DomainName Peer, string Endpoint, string LocalSelectors, string RemoteSelectors, string StartAction)
{
    /// <summary>The connection's name: strongSwan's names have no dots, and two hosts must not become one.</summary>
    public string Name => Peer.Value.Replace('_', '~').Replace('.', '_');

    /// <summary>Where this host's own public key is.</summary>
    public string OwnPublicKeyFileIn(string folder) => Path.Combine(folder, "pubkey", KeyFileOf(Own));

    /// <summary>The files; the one that refers to the others is the last.</summary>
    /// <param name="folder">strongSwan's folder.</param>
    /// <param name="peerKey">The other host's key.</param>
    /// <param name="own">This host's own key; null where it is there already.</param>
    public IReadOnlyList<ExportedFile> Files(string folder, PublicKey peerKey, OwnKey? own) =>
    [
        .. own is null ? [] : new ExportedFile[]
        {
            new(Path.Combine(folder, "private", KeyFileOf(Own)), own.PrivatePem + '\n', IsSecret: true),
            new(OwnPublicKeyFileIn(folder), own.PublicPem + '\n'),
        },
        new(Path.Combine(folder, "pubkey", KeyFileOf(Peer)), peerKey.ToPem() + '\n'),
        new(Path.Combine(folder, "conf.d", $"kms-{Peer}.conf"), Text),
    ];

    // strongSwan goes on knowing a key that was replaced until it ends; "pubkeys" is why the old one no longer counts.
    private string Text => $$"""
        # {{Peer}}: 'kms export swanctl' writes this file, and replaces it when something changes.
        connections {
          {{Name}} {
            version = 2
            remote_addrs = {{Endpoint}}
            send_certreq = no
            local {
              auth = pubkey
              id = {{Own}}
              pubkeys = {{KeyFileOf(Own)}}
            }
            remote {
              auth = pubkey
              id = {{Peer}}
              pubkeys = {{KeyFileOf(Peer)}}
            }
            children {
              {{Name}} {
                local_ts = {{LocalSelectors}}
                remote_ts = {{RemoteSelectors}}
                start_action = {{StartAction}}
              }
            }
          }
        }

        """;

    private static string KeyFileOf(DomainName name) => $"kms-{name}.pem";
}
