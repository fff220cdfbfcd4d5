#!/usr/bin/env pwsh
# Packs artifacts/KmsApp.zip. The same without PowerShell: dotnet build KmsApp -c Release -t:PackApp
$ErrorActionPreference = 'Stop'
dotnet build (Join-Path $PSScriptRoot 'KmsApp') --configuration Release -target:PackApp @args
exit $LASTEXITCODE
