namespace Kms.Server;

/// <summary>A TXT record that bears the head of KMS1.</summary>
/// <param name="Owner">Its owner name, as DNS writes it.</param>
/// <param name="Text">Its joined data.</param>
public readonly record struct CarriedRecord(string Owner, ReadOnlyMemory<byte> Text);
