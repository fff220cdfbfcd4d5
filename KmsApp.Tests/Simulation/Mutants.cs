using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>The planted faults: for each rule on which safety rests, the code without it.</summary>
internal static class Mutants
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("the bailiwick is not checked", "Kms.Server.Routing", "IsInBailiwick", Mutant.True),
        new("the id of a delivery is not compared", "Kms.Server.Deliveries", "FindOwn", MutantBody.ByQuestion) { Skipped = 9 },
        new("nothing is remembered against replay", "Kms.Server.ReplayMemory", "Look", Mutant.Value(ReplayVerdict.New))
        {
            And = new("", "Kms.Server.ReplayMemory", "Enter", Mutant.Value(ReplayVerdict.New)),
        },
        new("'at' is not compared with the mark", "Kms.Client.KeyMark", "Admits", Mutant.True) { Skipped = 934 },
        new("an answer need not bind its attestation", "Kms.Client.ResponseChecks", "Binds", Mutant.True),
        new("a delivery need not bind its attestation", "Kms.Server.DeliveryRoutine", "Binds", Mutant.True) { Skipped = 70 },
        new("who put a key up takes another one", "Kms.Server.PendingInquiry", "MayEndWith", Mutant.True) { Skipped = 70 },
        new("the receiver is not compared", "Kms.Server.Reception", "IsMeantFor", Mutant.True) { Skipped = 9 },
        new("old and early messages are taken", "Kms.Server.Reception", "IsTimely", Mutant.True),
        new("what may have been forgotten is taken", "Kms.Server.ReplayMemory", "MayHaveForgotten", Mutant.False),
        new("the seal of a neighbour is not checked", "Kms.Server.Neighbour", "HasSealed", Mutant.True),
        new("the seal of a host is not checked", "Kms.Server.Reception", "IsFromHost", Mutant.True),
        new("a KMS takes attestations that have ended", "Kms.Server.DeliveryRoutine", "IsGood", Mutant.True) { Skipped = 40 },
        new("deliveries go wherever they are asked for", "Kms.Server.ReplyRules", "Allow", Mutant.True) { Skipped = 50 },
        new("a KMS gives out keys that its zone no longer has", "Kms.Server.InquiryRoutine", "IsOf", Mutant.True) { Skipped = 14 },
        new("what a replaced key of an anchor signed counts at a KMS", "Kms.Server.KeyServerConfiguration", "Trusts", Mutant.True) { Skipped = 60 },
        new("what a replaced key of an anchor signed counts at a host", "Kms.Client.Anchor", "Has", Mutant.True) { Skipped = 98 },
        new("a host does not check who answers", "Kms.Client.KmsPeer", "HasWritten", Mutant.True),
        new("a host does not check what an answer is for, and when", "Kms.Client.ResponseChecks", "FaultOfSealed", Mutant.Null) { Skipped = 40 },
        new("a host does not check what an attestation is for, and when", "Kms.Client.ResponseChecks", "FaultOf(Attestation)", Mutant.Null) { Skipped = 20 },
        new("'has no key' is believed of a name that had one", "Kms.Client.KeyTable", "HasMark", Mutant.False),
        new("signatures are not checked", "Kms.Protocol.P256VerificationKey", "Verify", Mutant.True),
        new("MACs are not checked", "Kms.Protocol.PairwiseKey", "Verify", Mutant.True) { Skipped = 26 },
        new("a KMS renews nothing", "Kms.Server.KeyTableEntry", "IsDueAt", Mutant.False),
        new("a host refreshes nothing", "Kms.Client.KeyTable", "TryClaimRefresh", Mutant.False) { Skipped = 6 },
        new("what is to be renewed is no longer given out", "Kms.Server.KeyTableEntry", "IsUsableAt", MutantBody.Not("IsDueAt")),
        new("a renewal never replaces what is at hand", "Kms.Server.KeyTable", "Keep", MutantBody.Decided("op_GreaterThan", true)),
        new("a refresh that fails leaves no entry", "Kms.Client.KeyTable", "TryClaimRefresh", MutantBody.OnField("_rows", "Remove", "MakeRoom")) { Skipped = 20 },
        new("a zone is read once", "Kms.Server.HostKeyDirectory", "IsFrom", Mutant.True)
        {
            And = new("", "Kms.Server.HostKeyDirectory", "FindAsync", MutantBody.Decided("op_LessThan", true)),
        },
        new("a removed key lives for a day", "Kms.Server.KeyServerConfiguration", "get_AttestationLifetime", MutantBody.StaticField("MaximumAttestationLifetime", "Kms.Server.DeliveryRoutine", "IsGood")),
        new("a key counts before its time", "Kms.Server.HostKeys", "Counts", MutantBody.Decided("op_LessThan", false)) { Skipped = 72 },
        new("an attestation outlives its key", "Kms.Server.Attestor", "EndOf", MutantBody.Decided("op_LessThan", false)) { Skipped = 25 },
        new("signatures of Ed25519 are not checked", "Kms.Protocol.Ed25519VerificationKey", "Verify", Mutant.True),
        new("a node does not deliver to the other nodes", "Kms.Server.SignatureRoutine", "IsReplyGood", MutantBody.Decided("Contains", false)) { Skipped = 64 },
        new("whoever names a KMS first in a path is one of its nodes", "Kms.Server.SignatureRoutine", "IsReplyGood", MutantBody.Decided("Contains", true)),
        new("nothing is written to the disk", "Kms.Client.FileKeyTable", "TryWrite", Mutant.True),
        new("whatever stands in the files is believed", "Kms.Client.FileKeyTable", "IsGenuine", Mutant.True),
        new("a mark goes with its entry", "Kms.Client.KeyTableRow", "CountsAt", MutantBody.Has("EntryAt")),
    ];
}
